package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Any modality from any other, as a user asks for it, with a model that was trained for a moment.
 */
class GenerateTest {

  @TempDir static Path shared;
  @TempDir private Path directory;

  private static Path run;
  private static Path photo;
  private static Path wrong;

  @BeforeAll
  static void train() throws IOException {
    Path file =
        TinyScenes.get()
            .run(
                shared,
                TinyScenes.get().tokens(),
                "modalities { name: \"tok_depth@64\" }\n"
                    + "modalities { name: \"det\" member: \"det\" max_tokens: 24 tokenizer: \""
                    + TinyScenes.get().text()
                    + "\" }");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "preset: \"scenes_small\"", "dim: 32 encoder_depth: 1 decoder_depth: 1 heads: 2"));
    succeed("pretrain", file, "--set", "data.batch_size=16", "--set", "train.device=DEVICE_CPU");
    run = shared.resolve("out");
    wrong = codebook("wrong.npz", 64, 16);
    photo = shared.resolve("photo.png");
    BufferedImage picture = new BufferedImage(200, 120, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 200; x++) {
      for (int y = 0; y < 120; y++) {
        picture.setRGB(x, y, 0x10000 * x + 0x100 * y + 0x40);
      }
    }
    ImageIO.write(picture, "png", photo.toFile());
  }

  private static Path codebook(String name, int size, int codes) {
    Path file = shared.resolve(name);
    succeed(
        "tokenizer",
        "fit",
        "patches",
        TinyScenes.get().manifest(),
        "--member",
        "depth",
        "--content",
        "DEPTH",
        "--size",
        size,
        "--codes",
        codes,
        "--samples",
        20,
        "--out",
        file);
    return file;
  }

  private static Console.Outcome succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  private static Console.Outcome generate(Path out, Object... more) {
    return succeed(
        Stream.concat(
                Stream.of("generate", "--model", run, "--out", out, "--device", "cpu"),
                Stream.of(more))
            .toArray());
  }

  private static int[] ids(Path file) throws Exception {
    NpyArray array = NpyArray.read(Files.readAllBytes(file));
    return array.ids(0, array.size(), 1 << 20);
  }

  @Test
  void picture_becomesTextDepthAndBoxes() throws Exception {
    Path out = directory.resolve("out");

    Console.Outcome outcome =
        generate(
            out,
            "--from",
            "rgb=" + photo,
            "--to",
            "caption,depth,boxes",
            "--samples",
            2,
            "--steps",
            2,
            "--animate",
            "--keep",
            "rgb=0.5");

    assertThat(outcome.out()).contains(out.resolve("sheet.png").toString());
    Path first = out.resolve("sample-1");
    assertThat(ids(first.resolve("tok_depth@64.npy"))).hasSize(64);
    assertThat(ImageIO.read(first.resolve("tok_depth@64.png").toFile()).getWidth()).isEqualTo(64);
    assertThat(first.resolve("caption.txt")).exists();
    assertThat(ImageIO.read(first.resolve("det.png").toFile())).isNotNull();
    assertThat(JsonParser.parseString(Files.readString(first.resolve("det.json"))).isJsonArray())
        .isTrue();
    assertThat(ImageIO.read(out.resolve("sheet.png").toFile()).getWidth()).isGreaterThan(500);
    assertThat(
            new String(
                Files.readAllBytes(first.resolve("tok_depth@64-steps.png")),
                StandardCharsets.ISO_8859_1))
        .contains("acTL", "fdAT");
    JsonObject report =
        JsonParser.parseString(Files.readString(out.resolve("generation.json"))).getAsJsonObject();
    assertThat(report.getAsJsonArray("samples")).hasSize(2);
    assertThat(report.get("plan").getAsString()).contains("tok_depth@64");
    assertThat(report.get("version").getAsString()).isNotBlank();
    assertThat(report.get("precision").getAsString()).isNotBlank();
    assertThat(report.get("device").getAsString()).isEqualTo("cpu()");
    assertThat(report.getAsJsonObject("tokenizers").keySet())
        .contains("tok_depth@64", "caption", "det");
  }

  @Test
  void printedPlan_reproducesEveryId() throws Exception {
    Path one = directory.resolve("one");
    Path other = directory.resolve("other");
    Object[] asked = {
      "--from",
      "rgb=" + photo,
      "--to",
      "depth,caption",
      "--seed",
      7,
      "--steps",
      3,
      "--temperature",
      "1.5",
      "--guidance",
      "2"
    };

    String plan =
        generate(
                directory.resolve("nothing"),
                Stream.concat(Stream.of("--print-plan"), Stream.of(asked)).toArray())
            .out();
    Files.writeString(directory.resolve("plan.textproto"), plan);
    generate(one, asked);
    generate(other, "--from", "rgb=" + photo, "--plan", directory.resolve("plan.textproto"));

    assertThat(directory.resolve("nothing")).doesNotExist();
    for (String name : List.of("tok_depth@64.npy", "caption.npy")) {
      assertThat(one.resolve(name)).hasSameBinaryContentAs(other.resolve(name));
    }
    assertThat(one.resolve("plan.textproto")).hasContent(plan);
  }

  @Test
  void sample_isTheSameAloneAndAmongOthers() throws Exception {
    Object[] asked = {"--from", "rgb=" + photo, "--to", "depth", "--precision", "fp32"};
    generate(directory.resolve("alone"), asked);
    generate(
        directory.resolve("three"),
        Stream.concat(Stream.of(asked), Stream.of("--samples", 3)).toArray());

    assertThat(directory.resolve("alone/tok_depth@64.npy"))
        .hasSameBinaryContentAs(directory.resolve("three/sample-1/tok_depth@64.npy"));
    assertThat(ids(directory.resolve("three/sample-2/tok_depth@64.npy")))
        .isNotEqualTo(ids(directory.resolve("alone/tok_depth@64.npy")));
  }

  @Test
  void textThatIsTooLong_saysWhatIsCut() throws IOException {
    Console.Outcome outcome =
        generate(
            directory.resolve("out"),
            "--from",
            "caption=" + "a red cube ".repeat(20) + "and a green ball",
            "--to",
            "depth",
            "--steps",
            1);

    assertThat(outcome.err()).contains("caption: has ", "Cut off: \"", "green ball\"");
    assertThat(ImageIO.read(directory.resolve("out/sheet.png").toFile()).getWidth())
        .as("a long title is wrapped")
        .isLessThan(1024);
  }

  @Test
  void textOfAFileThatIsTooLong_saysWhatIsCut() throws IOException {
    Path caption = directory.resolve("caption.json");
    Files.writeString(caption, "[\"" + "a red cube ".repeat(20) + "and a green ball\"]");
    Path boxes = directory.resolve("boxes.json");
    Files.writeString(
        boxes,
        "["
            + "{\"class\": \"cube\", \"box\": [0.1, 0.1, 0.5, 0.5]},".repeat(9)
            + "{\"class\": \"sphere\", \"box\": [0.9, 0.9, 1, 1]}]");

    Console.Outcome outcome =
        generate(
            directory.resolve("out"),
            "--from",
            "caption=" + caption,
            "--from",
            "det=" + boxes,
            "--to",
            "depth",
            "--steps",
            1);

    assertThat(outcome.err())
        .contains("caption: has ", "green ball\"")
        .contains("det: has 10 boxes, and the 24 tokens that the model takes have room for 4");
  }

  @Test
  void textOfAFile_mayLeaveMoreOpen() throws IOException {
    Path caption = directory.resolve("caption.json");
    Files.writeString(caption, "\"a red cube ...\"");
    Path out = directory.resolve("out");

    generate(out, "--from", "caption=" + caption, "--to", "caption");

    assertThat(out.resolve("caption.txt")).content().startsWith("a red cube");
  }

  @Test
  void textWithMore_isFilledIn() {
    Path out = directory.resolve("out");

    generate(out, "--from", "caption=a red cube ...", "--to", "caption");

    assertThat(out.resolve("caption.txt")).content().startsWith("a red cube");
  }

  @Test
  void textWithAGap_keepsTheWordsAfterIt() throws IOException {
    Path out = directory.resolve("out");

    generate(out, "--from", "caption=a red cube ... and a green ball.", "--to", "caption");

    assertThat(Files.readString(out.resolve("caption.txt")).strip())
        .startsWith("a red cube")
        .endsWith("and a green ball.");
  }

  @Test
  void wordsThatTheVocabularyLacks_areNamed() {
    Console.Outcome outcome =
        generate(
            directory.resolve("out"),
            "--from",
            "caption=a red cube, a \u00fc\u00f6 ... and a \u4e00.",
            "--to",
            "depth",
            "--steps",
            1);

    assertThat(outcome.err())
        .contains("note: caption: the vocabulary has no \"\u00fc\u00f6\", \"\u4e00\"");
  }

  @Test
  void tokenizerOfOtherWords_isRecorded() throws IOException {
    Path words = directory.resolve("words.json");
    Files.writeString(
        words, Files.readString(TinyScenes.get().text()).replace("\"cube\"", "\"cobe\""));
    Object[] asked = {"--from", "caption=a red ball", "--to", "depth", "--steps", 1};

    generate(directory.resolve("own"), asked);
    generate(
        directory.resolve("other"),
        Stream.concat(Stream.of(asked), Stream.of("--tokenizer", "caption=" + words)).toArray());

    assertThat(tokenizer(directory.resolve("other"), "caption"))
        .isNotBlank()
        .isNotEqualTo(tokenizer(directory.resolve("own"), "caption"));
  }

  private static String tokenizer(Path out, String modality) throws IOException {
    return JsonParser.parseString(Files.readString(out.resolve(GeneratedFiles.REPORT)))
        .getAsJsonObject()
        .getAsJsonObject("tokenizers")
        .get(modality)
        .getAsString();
  }

  @Test
  void secondCallIntoTheSameDirectory_isRefusedOrReplacesAll() throws IOException {
    Path out = directory.resolve("out");
    Object[] more = {"--from", "rgb=" + photo, "--steps", 1};
    Path note = directory.resolve("out/note.txt");
    generate(out, "--to", "depth", "--steps", 1, "--samples", 2, "--animate");
    Files.writeString(note, "mine");

    Console.Outcome refused =
        Console.run("generate", "--model", run, "--out", out, "--to", "caption");
    generate(
        out, Stream.concat(Stream.of(more), Stream.of("--to", "caption", "--overwrite")).toArray());

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.message()).contains("generation.json", "another --out", "--overwrite");
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.filter(Files::isRegularFile).map(out::relativize).map(Path::toString))
          .containsExactlyInAnyOrder(
              "note.txt",
              "caption.npy",
              "caption.txt",
              "sheet.png",
              "plan.textproto",
              "generation.json");
    }
  }

  @Test
  void outputThatCannotBeWritten_isToldBeforeTheFirstStep() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "mine");

    for (Path out : List.of(file, file.resolve("below"))) {
      Console.Outcome outcome =
          Console.run("generate", "--model", run, "--out", out, "--to", "depth");

      assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
      assertThat(outcome.message())
          .contains("--out " + out, "Choose another --out")
          .doesNotContain("sampling:", "Exception");
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void sheetThatCannotBeWritten_leavesAllElse() throws IOException {
    Path out = directory.resolve("out");
    Files.createDirectories(out.resolve("sheet.png/in-the-way"));

    Console.Outcome outcome =
        Console.run(
            "generate",
            "--model",
            run,
            "--out",
            out,
            "--to",
            "depth",
            "--steps",
            1,
            "--device",
            "cpu");

    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.err()).contains("sheet.png");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(out::relativize).map(Path::toString))
          .containsExactlyInAnyOrder(
              "sheet.png",
              "tok_depth@64.npy",
              "tok_depth@64.png",
              "plan.textproto",
              "generation.json");
    }
  }

  @Test
  void inpainting_keepsWhatIsKnown() throws Exception {
    Path known = directory.resolve("known.npy");
    int[] ids = new int[64];
    Arrays.setAll(ids, place -> place % 32);
    Files.write(known, NpyArray.write(ids, 8, 8));
    Path mask = directory.resolve("mask.txt");
    Files.writeString(mask, "3 4 5");
    Path out = directory.resolve("out");

    generate(
        out,
        "--from",
        "depth=" + known,
        "--inpaint",
        "depth=" + mask,
        "--to",
        "depth",
        "--animate");

    int[] made = ids(out.resolve("tok_depth@64.npy"));
    for (int place = 0; place < 64; place++) {
      if (place < 3 || place > 5) {
        assertThat(made[place]).isEqualTo(ids[place]);
      }
    }
  }

  @Test
  void animationOfWhatIsShownInPart_beginsWithIt() throws Exception {
    Path known = directory.resolve("known.npy");
    int[] ids = new int[64];
    Arrays.setAll(ids, place -> place % 32);
    Files.write(known, NpyArray.write(ids, 8, 8));
    Path mask = directory.resolve("mask.txt");
    Files.writeString(mask, "3 4 5");

    for (String way : List.of("keep", "inpaint")) {
      generate(
          directory.resolve(way),
          "--from",
          "depth=" + known,
          "--" + way,
          "depth=" + mask,
          "--to",
          "depth",
          "--animate");
    }

    for (String name : List.of("tok_depth@64.npy", "tok_depth@64-steps.png")) {
      assertThat(directory.resolve("keep").resolve(name))
          .hasSameBinaryContentAs(directory.resolve("inpaint").resolve(name));
    }
  }

  @Test
  void tokenizerOfTheRunThatHasMoved_isSaid() throws Exception {
    Path moved = directory.resolve("moved");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        Files.copy(file, moved.resolve(run.relativize(file).toString()));
      }
    }
    Path written = moved.resolve("run.textproto");
    Files.writeString(
        written,
        Files.readString(written)
            .replace(TinyScenes.get().codebook().toString(), directory + "/nowhere.npz"));

    Console.Outcome outcome =
        succeed(
            "generate",
            "--model",
            moved,
            "--out",
            directory.resolve("out"),
            "--device",
            "cpu",
            "--to",
            "depth",
            "--steps",
            1);

    assertThat(outcome.err())
        .contains("note: tok_depth@64: only ids are written, ", "nowhere.npz", "--tokenizer");
  }

  @Test
  void deviceThatIsNotThere_isNamedByItsOption() {
    assumeTrue(ComputeEngine.start().gpuCount() == 0, "a machine without a GPU");

    Console.Outcome outcome =
        Console.run("generate", "--model", run, "--to", "depth", "--device", "gpu");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.message())
        .contains("--device: GPU was asked for, but the engine finds none.")
        .doesNotContain("train.device");
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "2, 1", "64, 0"})
  void planOfFewerTokensThanOpenPlaces_isRefusedBeforeTheWork(int tokens, int refused)
      throws Exception {
    Path plan = directory.resolve("plan.textproto");
    Files.writeString(
        plan, "targets { modality: \"tok_depth@64\" steps: 2 tokens: " + tokens + " }");
    Path out = directory.resolve("out");

    Console.Outcome outcome =
        Console.run("generate", "--model", run, "--out", out, "--plan", plan, "--device", "cpu");

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2 * refused);
    if (refused > 0) {
      assertThat(outcome.message())
          .contains(
              "the plan makes " + tokens + " tokens of tok_depth@64, of which 64 places are open")
          .contains("Leave tokens out");
      assertThat(out).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 0", "2, 2"})
  void planOfInpainting_needsTokensForOpenPlacesOnly(int tokens, int code) throws Exception {
    Path known = directory.resolve("known.npy");
    Files.write(known, NpyArray.write(new int[64], 8, 8));
    Path mask = directory.resolve("mask.txt");
    Files.writeString(mask, "3 4 5");
    Path plan = directory.resolve("plan.textproto");
    Files.writeString(
        plan, "targets { modality: \"tok_depth@64\" steps: 2 tokens: " + tokens + " }");

    Console.Outcome outcome =
        Console.run(
            "generate",
            "--model",
            run,
            "--out",
            directory.resolve("out"),
            "--plan",
            plan,
            "--from",
            "depth=" + known,
            "--inpaint",
            "depth=" + mask,
            "--device",
            "cpu");

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    if (code > 0) {
      assertThat(outcome.message()).contains("of which 3 places are open");
    }
  }

  @Test
  void wholeDataSet_becomesShardsThatARunTrainsOn() throws Exception {
    Path out = directory.resolve("shards");
    Object[] asked = {
      "--data",
      TinyScenes.get().manifest().getParent(),
      "--from",
      "rgb",
      "--to",
      "caption,depth,det",
      "--steps",
      1,
      "--batch",
      16
    };

    Console.Outcome outcome = generate(out, asked);
    Console.Outcome again = generate(out, asked);

    assertThat(outcome.out()).contains("64 samples generated, 0 kept, 0 left out");
    assertThat(again.out()).contains("0 samples generated, 64 kept, 0 left out");
    Path trained = directory.resolve("run");
    Files.createDirectories(trained);
    Path file =
        TinyScenes.get()
            .run(
                trained,
                out.resolve("manifest.textproto"),
                "modalities { name: \"tok_depth@64\" }");
    succeed(
        "pretrain",
        file,
        "--set",
        "train.steps=1",
        "--set",
        "data.batch_size=8",
        "--set",
        "model.preset=scenes_small");
  }

  @Test
  void secondModel_makesMoreTokens() throws Exception {
    Path second = finer(directory.resolve("second.safetensors"));
    Path out = directory.resolve("out");

    generate(
        out,
        "--from",
        "rgb=" + photo,
        "--to",
        "depth",
        "--steps",
        2,
        "--super-resolve",
        second,
        "--tokenizer",
        "tok_depth@128=" + codebook("large.npz", 128, 32));

    assertThat(ids(out.resolve("tok_depth@128.npy"))).hasSize(256);
    assertThat(out.resolve("super-resolution.png")).exists();
    assertThat(out.resolve("tok_depth@128.png")).exists();
    assertThat(out.resolve("generation.json"))
        .content()
        .contains("super_resolution_plan", "super_resolution_tokenizers");
  }

  @Test
  void secondModelOfAnotherVocabulary_isRefusedBeforeTheFirstSamples() throws IOException {
    Path out = directory.resolve("out");

    Console.Outcome outcome =
        Console.run(
            "generate",
            "--model",
            run,
            "--out",
            out,
            "--device",
            "cpu",
            "--from",
            "rgb=" + photo,
            "--to",
            "depth",
            "--super-resolve",
            finer(directory.resolve("second.safetensors"), 31));

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.message())
        .contains(
            "different tokens by tok_depth@64: the first one has a vocabulary of 32, the second"
                + " one a vocabulary of 31")
        .doesNotContain("sampling:");
    assertThat(out).doesNotExist();
  }

  @Test
  void plansOfBothModels_arePrintedAndReadBack() throws Exception {
    Path second = finer(directory.resolve("second.safetensors"));

    String printed =
        generate(
                directory.resolve("out"),
                "--from",
                "rgb=" + photo,
                "--to",
                "depth",
                "--steps",
                2,
                "--super-resolve",
                second,
                "--print-plan")
            .out();
    Path plan = Files.writeString(directory.resolve("plan.textproto"), printed);
    generate(directory.resolve("again"), "--from", "rgb=" + photo, "--plan", plan);

    assertThat(printed)
        .contains("modality: \"tok_depth@64\"")
        .contains("# Then " + second)
        .contains("#   modality: \"tok_depth@128\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour | SECOND | is not a modality of any model",
        "depth | RUN | makes nothing finer of what the first one makes"
      })
  void secondModelThatDoesNotFit_isRefusedBeforeTheFirstSamples(
      String tokenizer, String second, String message) throws Exception {
    Path finer = finer(directory.resolve("second.safetensors"));
    Path out = directory.resolve("out");

    Console.Outcome outcome =
        Console.run(
            "generate",
            "--model",
            run,
            "--out",
            out,
            "--device",
            "cpu",
            "--from",
            "rgb=" + photo,
            "--to",
            "depth",
            "--super-resolve",
            second.equals("RUN") ? run : finer,
            "--tokenizer",
            tokenizer + "=" + TinyScenes.get().codebook());

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.message()).contains(message).doesNotContain("Exception", "sampling:");
    assertThat(out).doesNotExist();
  }

  @Test
  void runWhoseDataAreGone_goesOnWithGuessedModalities() throws Exception {
    Path moved = directory.resolve("moved");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        Files.copy(file, moved.resolve(run.relativize(file).toString()));
      }
    }
    Path manifest = Files.copy(TinyScenes.get().tokens(), directory.resolve("gone.textproto"));
    Path written = moved.resolve("run.textproto");
    Files.writeString(
        written,
        Files.readString(written)
            .replace(TinyScenes.get().tokens().toString(), manifest.toString()));
    Files.delete(manifest);
    Path out = directory.resolve("out");

    Console.Outcome outcome =
        succeed(
            "generate",
            "--model",
            moved,
            "--out",
            out,
            "--device",
            "cpu",
            "--from",
            "rgb=" + photo,
            "--to",
            "depth",
            "--tokenizer",
            "depth=" + TinyScenes.get().codebook());

    assertThat(outcome.err().split("its data are gone", -1)).hasSize(2);
    assertThat(outcome.err()).contains(manifest.toString());
    assertThat(out.resolve("tok_depth@64.png")).exists();
  }

  /** Writes a model of depth in four times as many tokens, as it starts. */
  private static Path finer(Path file) throws IOException {
    return finer(file, 32);
  }

  private static Path finer(Path file, int vocabulary) throws IOException {
    ModelDescription description =
        new FourMDescription(
            ModelConfig.builder().dim(32).encoderDepth(1).decoderDepth(1).heads(2).build(),
            List.of(
                new ModalitySpec(
                    new ModalityName("tok_depth@64"),
                    new TokenSpace.Discrete(vocabulary),
                    new TokenLayout.Grid(8, 8),
                    Set.of(Role.INPUT)),
                new ModalitySpec(
                    new ModalityName("tok_depth@128"),
                    new TokenSpace.Discrete(32),
                    new TokenLayout.Grid(16, 16),
                    Set.of(Role.TARGET))));
    ParameterInitialiser initialiser = new ParameterInitialiser(5);
    SafetensorsWriter.write(
        file,
        ConfigJson.metadata(description),
        description.layout().owners().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    return file;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--to rgb --from caption=a | is not a target that the model can decode",
        "--to dept --from caption=a | Did you mean \"depth\"?",
        "--to depth --from rgb=nowhere.png | there is no such file",
        "--to depth --from caption=PHOTO | caption is text",
        "--to depth --from colour=PHOTO | is not an input of the model",
        "--to depth --from rgb | write NAME=VALUE",
        "--to depth --guidance 2 | there is nothing. Add --from",
        "--to depth --from rgb=PHOTO --keep rgb=2 | --keep rgb=2: a share lies between 0 and 1",
        "--to depth --from rgb=FOLDER | is a directory",
        "--to depth --from caption= | --from caption=: nothing stands behind",
        "--to depth --from det=v0=3_v1=1_v2=2_cube | \"cube\" stands behind 3 of 4 corners",
        "--to depth --from det=v0=3_v1=1_v2=99_v3=4_cube | \"v2=99\" is no whole number between 0",
        "--to depth --from det=[{ | JSON cannot be read: it ends before it is complete",
        "--to depth --inpaint depth=0.5 | --inpaint depth: places are to be filled in",
        "--plan PLAN | plans write whole names; write \"tok_depth@64\"",
        "--to depth --from rgb=PHOTO --temperature -1 | --temperature must be at least 0",
        "--to depth --from rgb=PHOTO --keep depth=0.5 | nothing is given of it",
        "--to depth --from depth=IDS | do not fit",
        "--to depth --from rgb=PHOTO --plan nowhere.textproto | does not exist",
        "--to depth --from rgb=PHOTO --top-p 2 | --top-p must lie in (0, 1]",
        "--from rgb=PHOTO | Name what is to be made",
        "--to depth --from rgb=PHOTO --from rgb=PHOTO | is given twice",
        "--to depth --data nowhere.textproto --from rgb | does not exist",
        "--to depth --data nowhere.textproto --from rgb --samples 2 | for single samples",
        "--to depth --data DATA --from rgb --keep caption=0.5 | has no places to hide",
        "--to depth --data DATA --from rgb --keep depth=0.5 | it is not shown",
        "--to depth --data DATA --from rgb --keep rgb=0.5 --keep rgb=0.2 | is given twice",
        "--to depth --from rgb=PHOTO --tokenizer colour=IDS | is not a modality of the model",
        "--to caption --from rgb=PHOTO --inpaint caption=0.5 | has no places to hide",
        "--to depth --from rgb=PHOTO --tokenizer depth=WRONG | --tokenizer tok_depth@64=",
        "--to depth --from rgb=PHOTO --tokenizer depth=WRONG | vocabulary of 32",
        "--to depth --from rgb=PHOTO --tokenizer caption=WRONG | --tokenizer caption=",
        "--to caption --from depth=GRID --inpaint depth=0.5 | it is not among what is made",
        "--to depth --from depth=GRID --inpaint depth=0.001 | no place of tok_depth@64",
        "--to depth --from depth=GRID --inpaint depth=0.5 --guidance 2 | none beside tok_depth",
        "--to depth --from depth=GRID --from depth=GRID --inpaint depth=0.5 | is given twice",
        "--to depth --from depth=GRID --from tok_depth@64=GRID --inpaint depth=0.5 | given twice",
        "--to depth --from rgb=PHOTO --keep rgb=0.5 --keep rgb@64=0.2 | given twice",
        "--to depth --from caption=prompts/one.txt | caption=prompts/one.txt: there is no such",
        "--to depth --from caption=missing.txt | there is no such file",
        "--to depth --from det=boxes.json | there is no such file",
        "--to depth --from caption=one.png | there is no such file",
      })
  void mistake_isOneMessage(String words, String message) throws IOException {
    Path ids = directory.resolve("ids.npy");
    Files.write(ids, NpyArray.write(new int[9], 3, 3));
    Path plan =
        Files.writeString(directory.resolve("plan.textproto"), "targets { modality: \"depth\" }");
    Path grid = directory.resolve("grid.npy");
    Files.write(grid, NpyArray.write(new int[64], 8, 8));
    Object[] arguments =
        Stream.concat(
                Stream.of("generate", "--model", run, "--out", directory.resolve("out")),
                Arrays.stream(words.split(" ", -1))
                    .map(
                        word ->
                            (word.contains("v0=") ? word.replace('_', ' ') : word)
                                .replace("FOLDER", directory.toString())
                                .replace("PLAN", plan.toString())
                                .replace("PHOTO", photo.toString())
                                .replace("IDS", ids.toString())
                                .replace("GRID", grid.toString())
                                .replace("WRONG", wrong.toString())
                                .replace("DATA", TinyScenes.get().manifest().toString())))
            .toArray();

    Console.Outcome outcome = Console.run(arguments);

    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.message()).contains(message).doesNotContain("Exception");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void index_isAskedByTextAndPicture() {
    Path index = directory.resolve("index");
    Path sheet = directory.resolve("found.png");
    Object[] model = {"retrieve", "--model", run, "--device", "cpu", "--index", index};

    Console.Outcome made =
        succeed(
            Stream.concat(Stream.of(model), Stream.of("--data", TinyScenes.get().manifest()))
                .toArray());
    Console.Outcome found =
        succeed(
            Stream.concat(
                    Stream.of(model), Stream.of("--from", "rgb=" + photo, "--k", 3, "--out", sheet))
                .toArray());
    Console.Outcome refused =
        Console.run(
            Stream.concat(
                    Stream.of(model), Stream.of("--from", "caption=a cube", "--via", "caption"))
                .toArray());

    Console.Outcome byAnother =
        Console.run(
            Stream.concat(
                    Stream.of(model),
                    Stream.of(
                        "--from",
                        "rgb=" + photo,
                        "--tokenizer",
                        "depth=" + codebook("another.npz", 64, 32)))
                .toArray());

    Console.Outcome replaced =
        Console.run(
            Stream.concat(
                    Stream.of(model),
                    Stream.of("--data", TinyScenes.get().manifest(), "--via", "caption"))
                .toArray());
    Console.Outcome again =
        succeed(
            Stream.concat(Stream.of(model), Stream.of("--data", TinyScenes.get().manifest()))
                .toArray());

    assertThat(replaced.code()).isEqualTo(2);
    assertThat(replaced.message())
        .contains("holds an index made with other", "choose another --index or remove it");
    assertThat(again.out()).contains("compared by tok_depth@64");
    assertThat(made.out()).contains("compared by tok_depth@64");
    assertThat(byAnother.code()).isEqualTo(2);
    assertThat(byAnother.err()).contains("was made by", "tok_depth@64 by tokenizer");
    assertThat(found.out()).contains("  1  ", "  3  ", "scene");
    assertThat(sheet).exists();
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("was made by");
  }

  @Test
  void index_isAskedByText() {
    Path index = directory.resolve("index");
    Path sheet = directory.resolve("found.png");
    Object[] line = {
      "retrieve", "--model", run, "--device", "cpu", "--index", index, "--via", "caption"
    };

    Console.Outcome made =
        succeed(
            Stream.concat(Stream.of(line), Stream.of("--data", TinyScenes.get().manifest()))
                .toArray());
    Object[] ask = {"--from", "caption=a large blue cone", "--k", 3, "--out", sheet};
    Console.Outcome found = succeed(Stream.concat(Stream.of(line), Stream.of(ask)).toArray());

    assertThat(made.out()).contains("compared by caption");
    assertThat(found.out().lines().filter(row -> row.matches(" +[123]  -?[0-9.]+  .*scene.*")))
        .hasSize(3);
    assertThat(sheet).exists();
  }

  @Test
  void probeThatThinks_tellsColoursApart() throws IOException {
    Path photos = directory.resolve("photos");
    for (int i = 0; i < 12; i++) {
      Path file = photos.resolve(i < 6 ? "red" : "blue").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      BufferedImage picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < 64 * 64; at++) {
        picture.setRGB(at % 64, at / 64, (i < 6 ? 0xc02020 : 0x2020c0) + (at / 8 + i) % 3 * 0x1800);
      }
      ImageIO.write(picture, "png", file.toFile());
    }
    Path out = directory.resolve("probe.json");
    Object[] line = {
      "probe", "--model", run, "--data", photos, "--out", out, "--k", 3, "--device", "cpu"
    };
    Object[] think = {"--think", "depth,caption"};

    succeed(line);
    JsonObject alone = JsonParser.parseString(Files.readString(out)).getAsJsonObject();
    succeed(Stream.concat(Stream.of(line), Stream.of(think)).toArray());
    JsonObject thinking = JsonParser.parseString(Files.readString(out)).getAsJsonObject();
    Console.Outcome refused =
        Console.run(
            Stream.of(line, think, new Object[] {"--method", "finetune"})
                .flatMap(Stream::of)
                .toArray());

    assertThat(thinking.get("top1").getAsDouble()).isGreaterThan(0.9);
    assertThat(thinking.get("features").getAsString())
        .contains("beside predicted [tok_depth@64, caption], in ", "caption by tokenizer ")
        .isNotEqualTo(alone.get("features").getAsString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--think is for frozen features");
  }

  @Test
  void modelThatSeesPicturesAsTokensOnly_isProbedThinking() throws IOException {
    Path colours = directory.resolve("colours.npz");
    succeed(
        "tokenizer",
        "fit",
        "patches",
        TinyScenes.get().manifest(),
        "--member",
        "rgb",
        "--content",
        "COLOURS",
        "--size",
        64,
        "--codes",
        16,
        "--samples",
        20,
        "--out",
        colours);
    succeed(
        "tokenize",
        TinyScenes.get().manifest(),
        "--out",
        directory.resolve("tokens"),
        "--token",
        "tok_rgb@64=rgb:" + colours);
    Path file =
        TinyScenes.get()
            .run(
                directory,
                directory.resolve("tokens/manifest.textproto"),
                "modalities { name: \"tok_rgb@64\" }");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("modalities { name: \"rgb@64\" }\n", "")
            .replace(
                "preset: \"scenes_small\"", "dim: 32 encoder_depth: 1 decoder_depth: 1 heads: 2"));
    succeed("pretrain", file, "--set", "train.steps=1", "--set", "data.batch_size=8");
    Path out = directory.resolve("probe.json");

    succeed(
        "probe",
        "--model",
        directory.resolve("out"),
        "--data",
        TinyScenes.get().manifest(),
        "--test-split",
        "train",
        "--labels",
        "label:shape",
        "--out",
        out,
        "--k",
        3,
        "--device",
        "cpu",
        "--think",
        "caption");

    assertThat(Files.readString(out)).contains("tok_rgb@64 beside predicted [caption]");
  }

  @Test
  void encoderThatThinks_seesWhatItPredicts() throws Exception {
    Path alone = directory.resolve("alone.npy");
    Path thinking = directory.resolve("thinking.npy");

    succeed("embed", "--model", run, "--data", photo, "--out", alone, "--device", "cpu");
    succeed(
        "embed",
        "--model",
        run,
        "--data",
        photo,
        "--out",
        thinking,
        "--device",
        "cpu",
        "--think",
        "depth,caption");
    Console.Outcome refused =
        Console.run("embed", "--model", run, "--data", photo, "--out", thinking, "--think", "rgb");

    NpyArray one = NpyArray.read(Files.readAllBytes(alone));
    NpyArray other = NpyArray.read(Files.readAllBytes(thinking));
    assertThat(other.shape()).isEqualTo(one.shape());
    assertThat(other.real(0)).isFinite().isNotEqualTo(one.real(0));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("is not a target that the model can decode");
  }
}
