import { getOption, hasOption, type DescMethod } from "@bufbuild/protobuf";
import { access, Privilege, type Access } from "@timewell/contracts";

/** The access that a method declares; undefined where it declares none, which only public interfaces may. */
export function accessOf(method: DescMethod): Access | undefined {
  if (!hasOption(method, access)) return undefined;
  const declared = getOption(method, access);
  return declared.privilege === Privilege.UNSPECIFIED ? undefined : declared;
}
