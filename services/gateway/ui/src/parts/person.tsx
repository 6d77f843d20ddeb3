// Who: a name where it is known, else the start of the id.
import { useGet } from "../api/store";
import type { Member } from "../api/types";
import { below, isStaff, session } from "../session";

const IS_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;

/** A person by account id. */
export function Person({ id }: { id: string }) {
  const mine = session.value?.account;
  const listed = IS_ID.test(id) && id !== mine?.id && isStaff();
  const members = useGet<{ members: Member[] }>(listed ? below("members") : null);
  if (!id) return <>–</>;
  if (!IS_ID.test(id)) return <>{id}</>;
  if (id === mine?.id) return <>{mine.name}</>;
  return <>{members.data?.members?.find((member) => member.account_id === id)?.name ?? id.slice(0, 8)}</>;
}
