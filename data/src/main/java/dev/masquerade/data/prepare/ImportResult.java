package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.DatasetManifest;
import java.util.List;

/**
 * A data set that was imported.
 *
 * @param manifest that was written
 * @param summary how many samples have what, and which files were ignored, in one line
 * @param remarks what was left out or may surprise, for people
 */
public record ImportResult(DatasetManifest manifest, String summary, List<String> remarks) {
  public ImportResult {
    remarks = List.copyOf(remarks);
  }
}
