package dev.masquerade.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** What an earlier call generated into a directory, as the report it left there says. */
final class EarlierGeneration {

  private EarlierGeneration() {}

  /** Removes what an earlier call wrote, as its report lists it; other files stay. */
  static void remove(Path directory) throws IOException {
    Path report = directory.resolve(GeneratedFiles.REPORT);
    if (!Files.exists(report)) {
      return;
    }
    Path root = directory.toAbsolutePath().normalize();
    for (String name : written(report)) {
      Path file = root.resolve(name).normalize();
      if (file.startsWith(root) && Files.isRegularFile(file)) {
        Files.delete(file);
        Path folder = file.getParent();
        if (folder != null && !folder.equals(root)) {
          OutputFolder.deleteEmpty(folder);
        }
      }
    }
  }

  private static Set<String> written(Path report) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    try {
      JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
      for (JsonElement sample : json.getAsJsonArray("samples")) {
        for (JsonElement made : sample.getAsJsonObject().getAsJsonArray("modalities")) {
          for (JsonElement file : made.getAsJsonObject().getAsJsonArray("files")) {
            String name = file.getAsString();
            names.add(name);
            names.add(name.replaceFirst("\\.npy$", SamplingFrames.ANIMATION));
            names.add(name.replaceFirst("\\.npy$", SamplingFrames.STEPS_SHEET));
            names.add(name.substring(0, name.lastIndexOf('/') + 1) + GeneratedFiles.SHEET);
          }
        }
      }
    } catch (JsonParseException | NullPointerException | IllegalStateException e) {
      throw new MistakeException(
          report
              + ": does not say what was generated before. Remove its directory, or choose"
              + " another --out.");
    }
    names.add(GeneratedFiles.SHEET);
    names.add(GeneratedFiles.FINER_SHEET);
    names.add(GeneratedFiles.PLAN);
    names.add(GeneratedFiles.REPORT);
    return names;
  }
}
