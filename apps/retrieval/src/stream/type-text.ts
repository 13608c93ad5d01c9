import { DataType, DateUnit, Precision, TimeUnit } from "apache-arrow";

/** The name of an Arrow type, as digests hold it: the one that it has in Arrow's C++ and Python libraries. */
export function typeText(type: DataType): string {
  if (DataType.isBool(type)) return "bool";
  if (DataType.isInt(type)) return `${type.isSigned ? "" : "u"}int${type.bitWidth}`;
  if (DataType.isFloat(type)) return floatTexts[type.precision];
  if (DataType.isUtf8(type)) return "string";
  if (DataType.isBinary(type)) return "binary";
  if (DataType.isDecimal(type)) return `decimal${type.bitWidth}(${type.precision}, ${type.scale})`;
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? "date32[day]" : "date64[ms]";
  if (DataType.isTime(type)) return `time${type.bitWidth}[${unitTexts[type.unit]}]`;
  if (DataType.isTimestamp(type)) {
    const zone = typeof type.timezone === "string" && type.timezone !== "" ? `, tz=${type.timezone}` : "";
    return `timestamp[${unitTexts[type.unit]}${zone}]`;
  }
  if (DataType.isList(type)) return `list<${fieldText(type, 0)}>`;
  if (DataType.isFixedSizeList(type)) return `fixed_size_list<${fieldText(type, 0)}>[${type.listSize}]`;
  if (DataType.isStruct(type)) {
    const fields = type.children.map((_, i) => fieldText(type, i));
    return `struct<${fields.join(", ")}>`;
  }
  throw new TypeError(`No training set has columns of type ${String(type)}`);
}

function fieldText({ children }: DataType, i: number): string {
  const { name, type } = children[i]!;
  return `${name}: ${typeText(type as DataType)}`;
}

const floatTexts: Readonly<Record<Precision, string>> = {
  [Precision.HALF]: "halffloat",
  [Precision.SINGLE]: "float",
  [Precision.DOUBLE]: "double",
};

const unitTexts: Readonly<Record<TimeUnit, string>> = {
  [TimeUnit.SECOND]: "s",
  [TimeUnit.MILLISECOND]: "ms",
  [TimeUnit.MICROSECOND]: "us",
  [TimeUnit.NANOSECOND]: "ns",
};
