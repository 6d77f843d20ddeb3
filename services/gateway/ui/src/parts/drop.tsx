// A place to drop a file, and a button for those who do not drag.
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n";

/** Takes one file. */
export function Drop({ accept, label, onFile }: { accept: string; label: string; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      class={over ? "drop over" : "drop"}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file) onFile(file);
      }}
    >
      <p>{label}</p>
      <button type="button" class="button" onClick={() => input.current?.click()}>{t("action.choose_file")}</button>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        accept={accept}
        aria-label={t("action.choose_file")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
