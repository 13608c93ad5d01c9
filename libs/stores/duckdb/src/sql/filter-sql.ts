import type { FilterConstant, FilterNode, FilterOperand, FilterOperator } from "@timewell/transforms";

/**
 * A filter of events as an SQL condition that is true, false or NULL where the filter is. `columns` are the names of the event fields, which
 * have the types of `sql-type.ts`. Of NaN, of int beside double and of NULL SQL thinks otherwise than CEL, so these are spelled out.
 */
export function filterSql(filter: FilterNode, columns: readonly string[]): string {
  const sql = (node: FilterNode): string => {
    switch (node.node) {
      case "and":
      case "or":
        return `(${node.args.map(sql).join(node.node === "and" ? " AND " : " OR ")})`;
      case "not":
        return `(NOT ${sql(node.arg)})`;
      case "has":
        return `(${columns[node.field]!} IS NOT NULL)`;
      case "field":
      case "constant":
        return operandOf(node, columns).sql;
      case "compare":
        return compare(node.operator, operandOf(node.left, columns), operandOf(node.right, columns));
      case "in":
        return isIn(
          operandOf(node.value, columns),
          node.list.map((each) => operandOf(each, columns)),
        );
    }
  };
  return sql(filter);
}

/** A value, by the kind that it is compared as: times are µs. */
interface Operand {
  readonly sql: string;
  readonly kind: FilterOperand["kind"];
}

function operandOf(operand: FilterOperand, columns: readonly string[]): Operand {
  if (operand.node === "constant") return { sql: constantSql(operand), kind: operand.kind };
  const { kind } = operand;
  const column = columns[operand.field]!;
  if (kind === "timestamp") return { sql: `epoch_us(${column})`, kind };
  if (kind === "double") return { sql: `CAST(${column} AS DOUBLE)`, kind };
  return { sql: kind === "int" ? `CAST(${column} AS BIGINT)` : column, kind };
}

/** Texts and bytes go by their bytes: there is nothing in them to quote. */
function constantSql({ kind, value }: FilterConstant): string {
  const hex = (bytes: Uint8Array) => `from_hex('${Buffer.from(bytes).toString("hex")}')`;
  if (value === null) return "NULL";
  if (kind === "string") return `decode(${hex(Buffer.from(value as string))})`;
  if (kind === "bytes") return hex(value as Uint8Array);
  if (kind === "bool") return String(value);
  return `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS ${kind === "double" ? "DOUBLE" : "BIGINT"})`;
}

function isIn(value: Operand, list: readonly Operand[]): string {
  return `(${list.map((each) => compare("==", value, each)).join(" OR ") || "false"})`;
}

function compare(operator: FilterOperator, left: Operand, right: Operand): string {
  const isEquality = operator === "==" || operator === "!=";
  if (left.kind === "null" || right.kind === "null") {
    if (!isEquality) return "CAST(NULL AS BOOLEAN)";
    return `(${left.sql} IS ${operator === "==" ? "NOT " : ""}DISTINCT FROM ${right.sql})`;
  }
  const isNaN = [left, right].flatMap(({ sql, kind }) => (kind === "double" ? [`isnan(${sql})`] : []));
  const [a, b] = left.kind === right.kind ? [left.sql, right.sql] : [exactDifference(left, right), "0"];
  if (operator === "!=") return `(NOT ${compare("==", left, right)})`;
  const missing = `${left.sql} IS NULL OR ${right.sql} IS NULL`;
  const whenMissing = isEquality ? `${left.sql} IS NULL AND ${right.sql} IS NULL` : "NULL";
  const notNumbers = isNaN.length === 0 ? "" : ` WHEN ${isNaN.join(" OR ")} THEN false`;
  return `(CASE WHEN ${missing} THEN ${whenMissing}${notNumbers} ELSE ${a} ${isEquality ? "=" : operator} ${b} END)`;
}

/** Less than, equal to or greater than 0, as one of an int and a double is to the other by their exact values. */
function exactDifference(left: Operand, right: Operand): string {
  const [int, double] = left.kind === "int" ? [left.sql, right.sql] : [right.sql, left.sql];
  const whole = `TRY_CAST(floor(${double}) AS BIGINT)`;
  const [less, greater] = left.kind === "int" ? [-1, 1] : [1, -1];
  return `(CASE WHEN ${double} >= ${two63} OR ${int} < ${whole} THEN ${less}
    WHEN ${double} < -${two63} OR ${int} > ${whole} THEN ${greater}
    WHEN ${double} > floor(${double}) THEN ${less} ELSE 0 END)`;
}

const two63 = "CAST(9223372036854775808 AS DOUBLE)";
