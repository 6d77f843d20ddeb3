// Which administrative level of areas a map shows.
import { t } from "../i18n";

/** A choice where there is one. */
export function LevelChoice({ levels, level, onChoose }: { levels: readonly number[]; level: number; onChoose: (level: string) => void }) {
  if (levels.length < 2) return null;
  return (
    <label class="row">
      {t("situation.level")}
      <select class="control" value={level} onChange={(event) => onChoose(event.currentTarget.value)}>
        {levels.map((one) => <option key={one} value={one}>{t("areas.level", { level: one })}</option>)}
      </select>
    </label>
  );
}
