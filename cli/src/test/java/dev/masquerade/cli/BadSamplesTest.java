package dev.masquerade.cli;

import static dev.masquerade.cli.TinyScenes.replacing;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content that cannot be used: named, counted and skipped up to a limit. */
class BadSamplesTest {

  private static final String FIRST = "train-000000.tar, sample scene00000000, modality ";

  @TempDir private Path directory;

  /** Loads one batch that holds every training sample. */
  private Console.Outcome load(TinyScenes.Edit edit, Object... more) throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    Path manifest = TinyScenes.get().copy(data, edit);
    String det =
        "modalities { name: \"det\" tokenizer: \""
            + TinyScenes.get().text()
            + "\" max_tokens: 48 }";
    return masks(TinyScenes.get().run(directory, manifest, det), more);
  }

  private Console.Outcome masks(Path run, Object... more) {
    Object[] arguments =
        Arrays.copyOf(
            new Object[] {"masks", run, "--samples", 2, "--out", directory.resolve("masks.png")},
            6 + more.length);
    System.arraycopy(more, 0, arguments, 6, more.length);
    return Console.run(arguments);
  }

  private static void assertSkipped(Console.Outcome outcome, String reason) {
    assertThat(outcome.message())
        .contains(reason)
        .contains("Sample skipped (1 of 3 allowed). Raise max_bad_samples, or rewrite the shard.")
        .doesNotContain("\tat ");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void soundData_skipsNothing() throws IOException {
    Console.Outcome outcome = load((name, bytes, into) -> into.put(name, bytes));

    assertThat(outcome.message()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  @Test
  void decodingAll_listsEveryBadSampleAtOnce() throws IOException {
    Path manifest =
        TinyScenes.get()
            .copy(
                Files.createDirectory(directory.resolve("data")),
                (name, bytes, into) -> {
                  boolean bad =
                      name.equals("scene00000003.rgb.jpg") || name.equals("scene00000011.det.json");
                  into.put(name, bad ? "spoilt".getBytes(StandardCharsets.UTF_8) : bytes);
                });
    declareTokenizer(manifest);

    Console.Outcome quick = Console.run("manifest", "check", manifest);
    Console.Outcome thorough = Console.run("manifest", "check", manifest, "--decode");

    assertThat(quick.code()).as(quick.err()).isZero();
    assertThat(thorough.message().lines().filter(line -> line.contains(", sample ")))
        .satisfiesExactlyInAnyOrder(
            line ->
                assertThat(line)
                    .startsWith("train-000000.tar, sample scene00000003, modality rgb@64: "),
            line ->
                assertThat(line)
                    .startsWith("train-000000.tar, sample scene00000011, modality det: "));
    assertThat(thorough.message()).endsWith("2 of 64 samples are bad.");
    assertThat(thorough.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void samplesWithNothingThatIsRead_areLeftOutWithoutBeingCharged() throws IOException {
    Console.Outcome outcome =
        load(
            (name, bytes, into) ->
                into.put(name.matches("scene0000000[012]\\..*") ? without(name) : name, bytes),
            "--set",
            "data.max_bad_samples=0");

    assertThat(outcome.message())
        .containsOnlyOnce("3 samples have none of the modalities this run reads, left out")
        .doesNotContain("skipped", "scene0000000");
    assertThat(outcome.code()).isZero();
  }

  /** Names a member as one of a modality that nobody knows. */
  private static String without(String name) {
    int dot = name.indexOf('.');
    return name.substring(0, dot) + ".other" + name.substring(dot + 1).replace('.', '_') + ".bin";
  }

  @Test
  void samplesThatOneShardLost_areNamedOnceAndCounted() throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    Path manifest = TinyScenes.get().copy(data);
    Path shard = TinyScenes.shard(manifest);
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length / 2));
    declareTokenizer(manifest);

    Console.Outcome masked =
        masks(TinyScenes.get().run(directory, manifest, ""), "--set", "data.max_bad_samples=60");
    Console.Outcome checked = Console.run("manifest", "check", manifest, "--decode");

    assertThat(masked.message())
        .containsOnlyOnce("Sample skipped (1 of 60 allowed)")
        .containsPattern(
            "train-000000.tar: [0-9]+ samples were skipped because the shard is damaged");
    assertThat(checked.message())
        .containsPattern("train-000000.tar, [0-9]+ samples: the shard holds ")
        .containsPattern("[0-9]+ of 64 samples are bad.$");
  }

  private static void declareTokenizer(Path manifest) throws IOException {
    String text = Files.readString(manifest);
    Files.writeString(
        manifest,
        text.replaceAll(
            "name: \"(caption|det)\"",
            "name: \"$1\" tokenizer: \"" + TinyScenes.get().text() + "\""));
  }

  @Test
  void truncatedPicture_isSkipped() throws IOException {
    Console.Outcome outcome =
        load(
            (name, bytes, into) ->
                into.put(
                    name,
                    name.equals("scene00000000.rgb.jpg")
                        ? Arrays.copyOf(bytes, bytes.length / 2)
                        : bytes));

    assertSkipped(outcome, FIRST + "rgb@64: JPEG ends early, after ");
  }

  @Test
  void textInPlaceOfAPicture_isSkipped() throws IOException {
    assertSkipped(load(replacing("rgb.jpg", "no picture")), FIRST + "rgb@64: ");
  }

  @Test
  void emptyPicture_isSkipped() throws IOException {
    assertSkipped(load(replacing("rgb.jpg", "")), FIRST + "rgb@64: ");
  }

  @Test
  void hugePicture_isSkippedUnread() throws IOException {
    assertSkipped(
        load(replacing("rgb.jpg", "rgb.png", hugePng(40_000, 40_000))),
        FIRST
            + "rgb@64: picture of 40000 x 40000 pixels exceeds the limit of 100000000. Raise"
            + " max_pixels of the run, or --max-pixels of other commands, to accept it.");
  }

  @Test
  void pixelLimitOfARun_reachesItsPictures() throws IOException {
    Console.Outcome outcome =
        load((name, bytes, into) -> into.put(name, bytes), "--set", "data.max_pixels=4095");

    assertThat(outcome.message())
        .contains("picture of 64 x 64 pixels exceeds the limit of 4095. Raise max_pixels")
        .endsWith(
            "That is one more bad sample than the 3 allowed. Raise max_bad_samples, or rewrite the"
                + " shards.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void optionOfAModality_goesBeforeTheRun() throws IOException {
    Console.Outcome outcome =
        load(
            (name, bytes, into) -> into.put(name, bytes),
            "--set",
            "data.max_pixels=4095",
            "--set",
            "modalities[0].options.max_pixels=4096");

    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void emptyCaption_isIgnored() throws IOException {
    Console.Outcome outcome =
        load(
            (name, bytes, into) ->
                into.put(name, name.endsWith("caption.txt") ? new byte[] {' ', '\n'} : bytes));

    assertThat(outcome.message())
        .containsOnlyOnce("modality caption: text is empty. The modality is ignored in this sample")
        .doesNotContain("skipped");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void captionOfAnotherEncoding_isSkipped() throws IOException {
    assertSkipped(
        load(replacing("caption.txt", "caption.txt", new byte[] {-1, -2, -6})),
        FIRST + "caption: ");
  }

  @Test
  void brokenJson_isSkipped() throws IOException {
    assertSkipped(load(replacing("det.json", "{\"boxes\": [1,")), FIRST + "det: ");
  }

  @Test
  void idOutsideTheVocabulary_isSkipped() throws IOException {
    Path data = Files.createDirectory(directory.resolve("data"));
    Path manifest =
        TinyScenes.get()
            .copy(
                data,
                (name, bytes, into) -> {
                  into.put(name, bytes);
                  if (name.endsWith(".rgb.jpg")) {
                    boolean first = name.startsWith("scene00000000.");
                    into.put(name.replace("rgb.jpg", "tok_depth.npy"), ids(first ? 32 : 31));
                  }
                });
    String tokens = "modalities { name: \"tok_depth@64\" vocabulary_size: 32 patch_size: 8 }";
    Files.writeString(manifest, tokens + "\n" + Files.readString(manifest));

    assertSkipped(
        masks(TinyScenes.get().run(directory, manifest, tokens)), FIRST + "tok_depth@64: ");
  }

  /** A NumPy array of 8 x 8 equal ids. */
  private static byte[] ids(int id) {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 8), }";
    byte[] text = String.format("%-117s%n", header).getBytes(StandardCharsets.US_ASCII);
    byte[] file = new byte[10 + text.length + 64];
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
    System.arraycopy(magic, 0, file, 0, 10);
    System.arraycopy(text, 0, file, 10, text.length);
    Arrays.fill(file, 10 + text.length, file.length, (byte) id);
    return file;
  }

  /** A PNG whose pixels no decoder may get to: the header alone is reason to refuse it. */
  private static byte[] hugePng(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    chunk(out, "IHDR", header.toByteArray());
    chunk(out, "IDAT", new byte[16]);
    chunk(out, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.US_ASCII));
    crc.update(content);
    out.writeInt(content.length);
    out.writeBytes(type);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }
}
