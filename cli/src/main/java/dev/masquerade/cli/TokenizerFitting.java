package dev.masquerade.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.inject.Inject;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.prepare.MemberSamples;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.CodebookSettings;
import dev.masquerade.modality.code.CodebookTrainer;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.FrameReader;
import dev.masquerade.modality.code.PatchCodebook;
import dev.masquerade.modality.code.StoredFrame;
import dev.masquerade.modality.text.WordPieceSettings;
import dev.masquerade.modality.text.WordPieceTrainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Fits tokenizers to the members of a data set's training split. */
final class TokenizerFitting {

  private static final Set<String> TEXTS = Set.of("txt", "json");
  private static final Set<String> PICTURES = Set.of("png", "jpg", "jpeg", "webp");
  private static final int OPEN_SHARDS = 4;
  private static final int LARGEST_PICTURE = 100_000_000;

  private final ShardSources sources;

  @Inject
  TokenizerFitting(ShardSources sources) {
    this.sources = sources;
  }

  /**
   * Which members a tokenizer is fitted to.
   *
   * @param manifest the data set
   * @param split of it
   * @param member what stands between key and extension
   * @param samples largest number of samples
   * @param seed draws them
   * @param maxBad members that may be unusable
   */
  record Source(
      DatasetManifest manifest, String split, String member, int samples, long seed, long maxBad) {

    Split chosenSplit() {
      return manifest
          .split(split)
          .orElseThrow(
              () ->
                  new MistakeException(
                      manifest.name()
                          + " has no split \""
                          + split
                          + "\". It has: "
                          + String.join(", ", manifest.splits().stream().map(Split::name).toList())
                          + "."));
    }
  }

  /** Fits a WordPiece tokenizer to texts, and writes it as a tokenizer.json. */
  void fitText(Source source, WordPieceSettings settings, Path out) throws IOException {
    WordPieceTrainer trainer = new WordPieceTrainer(settings);
    int texts =
        visit(
            source,
            TEXTS,
            (key, member) -> {
              String text = new String(member.bytes(), StandardCharsets.UTF_8);
              if (member.extension().equals("json")) {
                addJson(text, trainer);
              } else {
                trainer.add(text);
              }
            });
    requireSome(texts, source, TEXTS);
    trainer.write(out);
  }

  private static void addJson(String text, WordPieceTrainer trainer) throws BadSampleException {
    try {
      JsonElement json = JsonParser.parseString(text);
      if (json.isJsonArray()) {
        for (JsonElement element : json.getAsJsonArray()) {
          trainer.add(element.isJsonPrimitive() ? element.getAsString() : element.toString());
        }
      } else {
        trainer.add(json.isJsonPrimitive() ? json.getAsString() : json.toString());
      }
    } catch (JsonParseException e) {
      throw new BadSampleException("it is no JSON: " + e.getMessage(), e);
    }
  }

  /** Fits a codebook of patches to pictures, and writes it. */
  PatchCodebook fitPatches(Source source, CodebookSettings settings, Path out) throws IOException {
    CodebookTrainer trainer = new CodebookTrainer(settings);
    FrameReader reader = settings.reader(LARGEST_PICTURE);
    int pictures =
        visit(
            source,
            PICTURES,
            (key, member) -> {
              StoredFrame frame = reader.decode(member.bytes());
              if (reader.content() == FrameContent.CLASSES) {
                trainer.addClasses(frame.classes(View.WHOLE));
              } else {
                trainer.add(frame.planes(View.WHOLE));
              }
            });
    requireSome(pictures, source, PICTURES);
    PatchCodebook codebook;
    try {
      codebook = trainer.fit();
    } catch (IllegalArgumentException e) {
      throw new MistakeException(e);
    }
    Path parent = out.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    codebook.save(out);
    return codebook;
  }

  private int visit(Source source, Set<String> extensions, MemberSamples.Visitor visitor)
      throws IOException {
    try (OpenShards shards = new OpenShards(sources, OPEN_SHARDS, false)) {
      Split split = source.chosenSplit();
      shards.requirePresent(split.shards());
      return new MemberSamples(split, MemberPattern.of(source.member(), extensions), shards)
          .visit(
              source.samples(),
              source.seed(),
              new BadSamples(source.maxBad(), "--max-bad-samples"),
              visitor);
    }
  }

  private static void requireSome(int found, Source source, Set<String> extensions) {
    if (found == 0) {
      throw new MistakeException(
          "no sample of "
              + source.manifest().name()
              + ", split "
              + source.split()
              + ", has a member KEY."
              + source.member()
              + ".{"
              + String.join(",", List.copyOf(new java.util.TreeSet<>(extensions)))
              + "}. \"masquerade manifest check\" lists what its samples hold.");
    }
  }
}
