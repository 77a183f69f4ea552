package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.masquerade.model.engine.ComputeEngine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that cannot be started, gone on with, or finished. */
class RunMistakesTest {

  @TempDir private Path directory;

  private Path run;

  @BeforeEach
  void writeRun() throws IOException {
    run = TinyScenes.get().run(directory);
  }

  private Console.Outcome pretrain(String... more) {
    Object[] arguments = Arrays.copyOf(new Object[] {"pretrain", run}, 2 + more.length);
    System.arraycopy(more, 0, arguments, 2, more.length);
    return Console.run(arguments);
  }

  private static void assertRefused(Console.Outcome outcome, String message) {
    assertThat(outcome.message()).isEqualTo(message);
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void missingRunFile_isNamed() {
    assertRefused(Console.run("pretrain", "no.textproto"), "no.textproto: there is no such file.");
    assertRefused(
        Console.run("evaluate", directory.resolve("none")),
        directory.resolve("none")
            + " holds no run (run.textproto is missing). Name a directory below runs/");
  }

  @Test
  void unknownField_bringsTheNearestName() {
    Console.Outcome outcome = pretrain("--set", "train.stepz=3");

    assertThat(outcome.message())
        .startsWith(
            "--set train.stepz=3: train.stepz: \"stepz\" is not a field of Train. Did you mean"
                + " \"steps\"?\n    Known: ")
        .contains(" max_skipped_steps, precision, steps, tokens.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void valueOfAnotherType_isRefused() {
    assertRefused(
        pretrain("--set", "train.steps=abc"),
        "--set train.steps=abc: train.steps: \"abc\" is not a whole number.");
    assertRefused(
        pretrain("--set", "train.steps"),
        "--set train.steps: train.steps: has no value; write train.steps=VALUE.");
  }

  @Test
  void severalMistakes_areReportedTogether() {
    Console.Outcome outcome =
        pretrain("--set", "train.steps=0", "--set", "data.batch_size=0", "--set", "name=a/b");

    assertThat(outcome.message())
        .contains("train.steps: 0 is out of range; it must be at least 1.")
        .contains("data.batch_size: 0 is out of range; it must be at least 1.")
        .contains("name: \"a/b\" cannot name a directory");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void unknownPreset_bringsTheNearestName() {
    Console.Outcome outcome = pretrain("--set", "model.preset=scenes_smal");

    assertThat(outcome.message())
        .startsWith(
            "--set model.preset=scenes_smal: model.preset: \"scenes_smal\" is not a model preset."
                + " Did you mean \"scenes_small\"?\n    Known: fm_base, ");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void modalityThatTheDataLack_bringsTheNearestName() {
    assertRefused(
        pretrain("--set", "modalities[2].name=tok_dept@64"),
        "--set modalities[2].name=tok_dept@64: modalities[2].name: \"tok_dept@64\" is not a"
            + " modality of the run's data. Did you mean \"tok_depth@64\"?\n"
            + "    Known: caption, det, rgb@64, tok_depth@64.");
  }

  @Test
  void missingTokenizerAndCodebook_areReportedTogether() {
    assertRefused(
        pretrain(
            "--set", "modalities[1].tokenizer=no.json", "--set", "modalities[2].tokenizer=no.npz"),
        "--set modalities[1].tokenizer=no.json: modality caption, tokenizer: "
            + directory.resolve("no.json")
            + " does not exist. Check the path, or make one with \"masquerade tokenizer fit"
            + " text\"\n"
            + "--set modalities[2].tokenizer=no.npz: modality tok_depth@64, tokenizer: "
            + directory.resolve("no.npz")
            + " does not exist. Check the path, or make one with \"masquerade tokenizer fit"
            + " patches\" or \"masquerade tokenizer train\"");
  }

  @Test
  void missingTokenizerInTheRunFile_isReportedWithItsLine() throws IOException {
    String text = Files.readString(run);
    Files.writeString(run, text.replaceFirst("tokenizer: \"[^\"]*\"", "tokenizer: \"no.json\""));

    assertRefused(
        pretrain(),
        run
            + ":4: modality caption, tokenizer: "
            + directory.resolve("no.json")
            + " does not exist. Check the path, or make one with \"masquerade tokenizer fit"
            + " text\"");
  }

  @Test
  void codebookInPlaceOfATokenizer_isRefused() {
    assertRefused(
        pretrain("--set", "modalities[1].tokenizer=" + TinyScenes.get().codebook()),
        "--set modalities[1].tokenizer="
            + TinyScenes.get().codebook()
            + ": modality caption, tokenizer: "
            + TinyScenes.get().codebook()
            + " is not a tokenizer.json: it has no vocabulary of tokens and ids. Make one with"
            + " \"masquerade tokenizer fit text\"");
  }

  @Test
  void deviceThatIsNotThere_isTheUsersMistake() {
    assumeTrue(ComputeEngine.start().gpuCount() == 0, "a machine without a GPU");

    assertRefused(
        pretrain("--set", "train.device=GPU"),
        "train.device: GPU was asked for, but the engine finds none. Use AUTO or CPU, or start with"
            + " a CUDA build of the engine: PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and"
            + " PYTORCH_FLAVOR, see `masquerade engine check`");
  }

  @Test
  void learningRateThatBlowsUp_failsWithTheLosses() {
    Console.Outcome outcome =
        pretrain(
            "--set", "schedule.peak_learning_rate=1e30",
            "--set", "train.steps=20",
            "--set", "data.batch_size=4",
            "--set", "train.max_skipped_steps=2");

    assertThat(outcome.message())
        .contains("3 steps in a row, up to step ")
        .contains("; 2 are allowed. Losses of the last: caption NaN, tok_depth@64 NaN.")
        .endsWith("or raise train.max_skipped_steps");
    assertThat(outcome.code()).isEqualTo(FailureReport.FAILED);
  }

  @Test
  void directoryOfARun_isNotOverwritten() {
    assertThat(pretrain("--set", "train.steps=1").code()).isZero();

    assertRefused(
        pretrain(),
        directory.resolve("out")
            + " already holds a run, last checkpoint at step 1. Add --resume to go on with it, or"
            + " write to another directory");
  }

  @Test
  void directoryInUse_isRefused() throws IOException {
    assertThat(pretrain("--set", "train.steps=1").code()).isZero();
    try (FileChannel channel =
            FileChannel.open(directory.resolve("out/.lock"), StandardOpenOption.WRITE);
        var lock = channel.lock(Long.MAX_VALUE - 1, 1, false)) {
      assertThat(lock.isValid()).isTrue();

      Console.Outcome outcome = pretrain("--resume");

      assertThat(outcome.message())
          .startsWith(directory.resolve("out") + " is in use by process ")
          .endsWith(
              ". Two runs cannot share a directory: wait for the other, stop it, or write to"
                  + " another directory");
      assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    }
  }

  @Test
  void nothingToResume_isRefused() {
    assertRefused(
        pretrain("--resume"),
        directory.resolve("out")
            + " holds no run to resume (run.textproto is missing). Leave --resume away to start one"
            + " there");
  }

  @Test
  void checkpointOfAnotherModel_saysWhichTensorsDiffer() {
    assertThat(pretrain("--set", "train.steps=1").code()).isZero();

    Console.Outcome outcome = pretrain("--resume", "--set", "model.dim=64");

    assertThat(outcome.message())
        .contains(
            "encoder_embeddings.rgb@64.pos_emb: the model has [1, 64, 64], the file"
                + " [1, 64, 128]")
        .doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void damagedCheckpoint_isRefused() throws IOException {
    assertThat(pretrain("--set", "train.steps=1").code()).isZero();
    Path weights = directory.resolve("out/checkpoints/step-000001/model.safetensors");
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1000));

    Console.Outcome outcome = pretrain("--resume");

    assertThat(outcome.message())
        .startsWith("the checkpoint is damaged: " + weights + " has 1000 bytes, was written with ")
        .endsWith("Delete this checkpoint's directory to go on from the one before");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
