package dev.masquerade.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.cli.figure.Picture;
import dev.masquerade.cli.figure.WholeFile;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.GeneratedContent;
import dev.masquerade.train.generate.GeneratedMembers;
import dev.masquerade.train.generate.GeneratedModality;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Prompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes generated samples as files: a PNG per modality that is like a picture, {@code txt} and
 * {@code json} for text and boxes, {@code npy} of all ids, a sheet, and {@value #REPORT} that says
 * what was made of what.
 */
final class GeneratedFiles {

  static final String REPORT = "generation.json";
  static final String SHEET = "sheet.png";
  static final String FINER_SHEET = "super-resolution.png";
  static final String PLAN = "plan.textproto";

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final Path directory;
  private final boolean several;
  private final JsonArray samples = new JsonArray();

  /**
   * Prepares: what an earlier call wrote to the directory is removed.
   *
   * @param directory as {@link OutputFolder#claim} left it
   * @param several whether every sample gets a folder of its own
   */
  GeneratedFiles(Path directory, boolean several) throws IOException {
    this.directory = directory;
    this.several = several;
    EarlierGeneration.remove(directory);
  }

  /** Returns where the files of a sample lie. */
  Path folder(GeneratedSample sample) throws IOException {
    return several ? Files.createDirectories(directory.resolve(sample.key())) : directory;
  }

  /** Writes the modalities of a sample. */
  void write(Prompt prompt, GeneratedSample sample, GeneratedPictures pictures) throws IOException {
    Path folder = folder(sample);
    JsonObject json = new JsonObject();
    json.addProperty("name", sample.key());
    json.addProperty("seed", sample.seed());
    JsonArray made = new JsonArray();
    Optional<Picture> ground =
        prompt.conditions().stream()
            .map((Condition condition) -> pictures.picture(condition))
            .flatMap(Optional::stream)
            .findFirst();
    for (GeneratedModality modality : sample.modalities()) {
      Optional<Picture> own = GeneratedPictures.picture(modality.content());
      ground = ground.isPresent() ? ground : own;
      made.add(write(folder, modality, own, ground));
    }
    json.add("modalities", made);
    samples.add(json);
  }

  private JsonObject write(
      Path folder, GeneratedModality modality, Optional<Picture> own, Optional<Picture> ground)
      throws IOException {
    String name = modality.name().value();
    JsonObject json = new JsonObject();
    JsonArray files = new JsonArray();
    json.addProperty("modality", name);
    json.addProperty("tokens", modality.ids().length);
    file(folder, name + ".npy", NpyArray.write(modality.ids(), modality.ids().length), files);
    if (modality.content() instanceof GeneratedContent.Frame frame && own.isEmpty()) {
      file(
          folder,
          name + "-planes.npy",
          NpyArray.write(
              frame.planes().values(),
              frame.planes().channels(),
              frame.planes().height(),
              frame.planes().width()),
          files);
    }
    if (modality.content() instanceof GeneratedContent.Text text) {
      json.addProperty("text", text.text());
      file(folder, name + ".txt", utf8(text.text() + "\n"), files);
    }
    if (modality.content() instanceof GeneratedContent.Boxes boxes) {
      JsonArray list = new JsonArray();
      boxes.boxes().forEach(box -> list.add(GeneratedMembers.json(box)));
      json.addProperty("text", boxes.text());
      json.add("boxes", list);
      file(folder, name + ".json", utf8(GSON.toJson(list) + "\n"), files);
    }
    // Pictures are the largest, and can be drawn again from the ids: they come last.
    if (own.isPresent()) {
      file(folder, name + ".png", own.get().png(), files);
    }
    if (modality.content() instanceof GeneratedContent.Boxes boxes) {
      file(folder, name + ".png", GeneratedPictures.boxes(boxes, ground).png(), files);
    }
    json.add("files", files);
    return json;
  }

  private void file(Path folder, String name, byte[] bytes, JsonArray into) throws IOException {
    Path file = folder.resolve(name);
    WholeFile.write(file, bytes);
    into.add(directory.relativize(file).toString().replace('\\', '/'));
  }

  /**
   * Writes what was made of what.
   *
   * @param facts that hold for all samples, in order
   * @param plans as text format, by the model that followed them
   */
  void report(JsonObject facts, JsonArray from, List<String> plans) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("format", "masquerade.generation.v1");
    json.addProperty("version", BuildVersion.value());
    facts.asMap().forEach(json::add);
    json.add("from", from);
    json.addProperty("plan", plans.get(0));
    if (plans.size() > 1) {
      json.addProperty("super_resolution_plan", plans.get(1));
    }
    json.add("samples", samples);
    WholeFile.write(directory.resolve(PLAN), utf8(plans.get(0)));
    WholeFile.write(directory.resolve(REPORT), utf8(GSON.toJson(json) + "\n"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
