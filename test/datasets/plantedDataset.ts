import {parquetWriteBuffer} from "hyparquet-writer";
import type {HubSource} from "../../loaders/datasets/hub.js";

export const source: HubSource = {kind: "hub", dataset: "someone/planted", config: "plain", split: "train"};
export const place = "someone/planted/plain/train";

/** A Parquet file of 4,000 rows, some 70 KB, that another `version` makes other bytes of. */
export function plantedFile(version = 0): Uint8Array {
  const numbers = Array.from({length: 4000}, (_, i) => i);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        {name: "sentence", type: "STRING", data: numbers.map((i) => `sentence ${(i * 7919 + version) % 4001} of many`)},
        {name: "label", type: "INT64", data: numbers.map((i) => BigInt(i % 2))}
      ],
      codec: "UNCOMPRESSED"
    })
  );
}
