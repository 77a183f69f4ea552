package dev.masquerade.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What an index of pictures was made of, as {@value #FILE} in its directory says, beside the
 * vectors.
 *
 * @param origin what made the vectors: weights, and what is predicted to compare by
 * @param via the modality that is predicted
 * @param data the pictures: manifest or folder
 * @param split of the data set; empty for the held-out one
 * @param member of the data set's samples that is the picture
 */
record RetrievalIndex(String origin, String via, Path data, String split, String member) {

  static final String FILE = "index.json";
  static final String VECTORS = "vectors.npy";

  private static final String FORMAT = "masquerade.retrieval.v1";
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  static RetrievalIndex read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new MistakeException(
          directory
              + ": holds no index ("
              + FILE
              + " is missing). Add --data with the pictures to make one.");
    }
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      if (!json.get("format").getAsString().equals(FORMAT)) {
        throw new MistakeException(file + ": is of another format than " + FORMAT + ".");
      }
      return new RetrievalIndex(
          json.get("origin").getAsString(),
          json.get("via").getAsString(),
          Path.of(json.get("data").getAsString()),
          json.get("split").getAsString(),
          json.get("member").getAsString());
    } catch (JsonParseException | NullPointerException | IllegalStateException e) {
      throw new MistakeException(file + ": cannot be read: " + e.getMessage() + ".");
    } catch (NoSuchFileException e) {
      throw new MistakeException(file + ": is gone.");
    }
  }

  /**
   * Refuses a directory that holds an index made of anything else. Pictures that have moved since
   * count as the same.
   *
   * @throws MistakeException naming what differs
   */
  void requireNoOther(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(FILE))) {
      return;
    }
    RetrievalIndex there = read(directory);
    if (!there.origin.equals(origin)) {
      throw other(directory, "model, tokenizer or --via", there.origin, origin);
    }
    boolean same = there.data.equals(data) || !Files.exists(there.data);
    if (!same || !there.split.equals(split) || !there.member.equals(member)) {
      throw other(directory, "pictures", there.pictures(), pictures());
    }
  }

  private static MistakeException other(Path directory, String what, String there, String wanted) {
    return new MistakeException(
        directory
            + ": holds an index made with other "
            + what
            + "; choose another --index or remove it. It has "
            + there
            + ", and asked for is "
            + wanted
            + ".");
  }

  private String pictures() {
    return data
        + (split.isEmpty() ? "" : ", split " + split)
        + (member.isEmpty() ? "" : ", member " + member);
  }

  void write(Path directory) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.addProperty("origin", origin);
    json.addProperty("via", via);
    json.addProperty("data", data.toString());
    json.addProperty("split", split);
    json.addProperty("member", member);
    json.addProperty("version", BuildVersion.value());
    Files.writeString(directory.resolve(FILE), GSON.toJson(json) + "\n");
  }
}
