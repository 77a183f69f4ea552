package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.model.engine.ComputeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers and the tokens computed through them. */
class TokenizeTest {

  @TempDir private Path directory;

  private Console.Outcome tokenize(String token) {
    return Console.run(
        "tokenize",
        TinyScenes.get().manifest(),
        "--out",
        directory.resolve("tokens"),
        "--token",
        token);
  }

  private String depth() {
    return "tok_depth@64=depth:" + TinyScenes.get().codebook();
  }

  @Test
  void textTokenizer_showsHowItCutsAText() {
    Console.Outcome outcome =
        Console.run("tokenizer", "show", TinyScenes.get().text(), "--text", "a red cube");

    assertThat(outcome.out()).contains("sentinels     32\n").endsWith("back          a red cube\n");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void codebook_showsWhatItWasFittedTo() {
    Console.Outcome outcome = Console.run("tokenizer", "show", TinyScenes.get().codebook());

    assertThat(outcome.out())
        .startsWith("content       DEPTH, 1 channels\nframe         64 x 64 pixels, patches of 8\n")
        .contains("fitted to     2,560 patches\n");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void missingTokenizer_isNamed() {
    Path file = directory.resolve("no.json");

    Console.Outcome outcome = Console.run("tokenizer", "show", file);

    assertThat(outcome.message())
        .isEqualTo(
            file
                + " does not exist. Check the path, or make one with \"masquerade tokenizer fit"
                + " text\"");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void interruptedTokens_areCompleted() throws IOException {
    assertThat(tokenize(depth()).out()).startsWith("2 shards written, 0 kept, 0 samples left out");
    Path shard = directory.resolve("tokens").resolve("train-tokens-000000.tar");
    byte[] whole = Files.readAllBytes(shard);
    Files.delete(shard);

    Console.Outcome again = tokenize(depth());

    assertThat(again.out()).startsWith("1 shards written, 1 kept, 0 samples left out");
    assertThat(Files.readAllBytes(shard)).isEqualTo(whole);
    assertThat(
            Console.run(
                    "manifest", "check", directory.resolve("tokens").resolve("manifest.textproto"))
                .code())
        .isZero();
  }

  @Test
  void tokensOfOtherSettings_areNotMixed() {
    assertThat(tokenize(depth()).code()).isZero();

    Console.Outcome outcome =
        Console.run(
            "tokenize",
            TinyScenes.get().manifest(),
            "--out",
            directory.resolve("tokens"),
            "--token",
            depth(),
            "--seed",
            7);

    assertThat(outcome.message())
        .contains("holds tokens that were made with other settings or from other data");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void memberThatNoSampleHas_isRefusedBeforeAnythingIsWritten() {
    Console.Outcome outcome = tokenize("tok_depth@64=dept:" + TinyScenes.get().codebook());

    assertThat(outcome.message())
        .contains(
            "tok_depth@64: no sample of scenes has a member \"dept\" that it can be computed from."
                + " Did you mean \"depth\"? There are: caption.txt, depth.png, det.json,");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(directory.resolve("tokens")).doesNotExist();
  }

  @Test
  void misspeltToken_showsHowToWriteOne() {
    Console.Outcome outcome = tokenize("tok_depth@64");

    assertThat(outcome.message())
        .isEqualTo(
            "--token tok_depth@64: write NAME=MEMBER:TOKENIZER, for example"
                + " tok_depth@64=depth:depth.npz.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void deviceThatIsNotThere_isNamedBeforeAnythingIsWritten() {
    Assumptions.assumeTrue(ComputeEngine.start().gpuCount() == 0);
    Console.Outcome outcome =
        Console.run(
            "tokenize",
            TinyScenes.get().manifest(),
            "--out",
            directory.resolve("tokens"),
            "--token",
            depth(),
            "--device",
            "gpu");

    assertThat(outcome.message())
        .isEqualTo("--device gpu: no GPU was found. Leave the option out, or write --device cpu.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(directory.resolve("tokens")).doesNotExist();
  }

  @Test
  void memberOfOtherContent_isRefusedAtOnceNamingTokenizerAndMember() {
    Console.Outcome outcome = tokenize("tok_depth@64=rgb:" + TinyScenes.get().codebook());

    assertThat(outcome.message())
        .contains(
            "tok_depth@64: its tokenizer "
                + TinyScenes.get().codebook()
                + " does not take members \"rgb\": picture has 3 channels where one number per"
                + " pixel is needed, in each of the first 8 samples.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(directory.resolve("tokens")).doesNotExist();
  }

  @Test
  void memberThatIsText_isSaidToBe() {
    Console.Outcome outcome = tokenize("tok_depth@64=caption:" + TinyScenes.get().codebook());

    assertThat(outcome.message())
        .contains("tok_depth@64: caption is text (caption.txt)")
        .contains("Name one of: depth")
        .doesNotContain("Did you mean");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void settingsWithoutTokens_bindNobody() throws IOException {
    Path tokens = Files.createDirectory(directory.resolve("tokens"));
    Files.writeString(tokens.resolve("tokens.settings"), "others");

    Console.Outcome outcome = tokenize(depth());

    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void vocabularyThatBinsFill_namesBins() {
    Console.Outcome outcome =
        Console.run(
            "tokenizer",
            "fit",
            "text",
            TinyScenes.get().manifest(),
            "--member",
            "caption",
            "--vocabulary",
            300,
            "--sentinels",
            20,
            "--out",
            directory.resolve("text.json"));

    assertThat(outcome.message()).contains("--bins 1000 takes 4000 of them");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
