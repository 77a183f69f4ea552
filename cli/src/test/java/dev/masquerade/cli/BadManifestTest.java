package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that cannot be used. */
class BadManifestTest {

  @TempDir private Path directory;

  private static void assertRefused(Console.Outcome outcome, String message) {
    assertThat(outcome.message()).isEqualTo(message);
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  private Path written(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  @Test
  void missingManifest_isNamed() {
    Path file = directory.resolve("nothere.textproto");

    assertRefused(Console.run("manifest", "check", file), file + ": there is no such file.");
    assertRefused(Console.run("manifest", "show", file), file + ": there is no such file.");
  }

  @Test
  void fileOfAnotherKind_saysWhichKindsThereAre() throws IOException {
    Path file = written("manifest.yaml", "name: scenes");

    assertRefused(
        Console.run("manifest", "check", file),
        file + ": the file's extension must be .textproto, .json, .binpb or .pb.");
  }

  @Test
  void emptyManifest_listsAllThatIsMissing() throws IOException {
    Path file = written("empty.textproto", "");

    assertRefused(
        Console.run("manifest", "check", file),
        """
        F: name: is missing; give the data set a short name.
        F: modalities: are missing; declare what the samples hold.
        F: splits: are missing; declare at least one, for example "train".\
        """
            .replace("F:", file + ":"));
  }

  @Test
  void unknownModality_bringsTheNearestName() throws IOException {
    String text = Files.readString(TinyScenes.get().manifest());
    Path file = written("typo.textproto", text.replace("name: \"caption\"", "name: \"captoin\""));

    Console.Outcome outcome = Console.run("manifest", "check", file);

    assertThat(outcome.message())
        .startsWith(file + ":13: modalities[1].name: \"captoin\" is not a known modality.")
        .contains("Did you mean \"caption\"?")
        .contains("Known: caption, class_map,")
        .endsWith("A plugin must be on the class path to add more.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void verbose_addsTheStackTrace() {
    Path file = directory.resolve("nothere.textproto");

    Console.Outcome outcome = Console.run("manifest", "check", file, "--verbose");

    assertThat(outcome.message())
        .startsWith(file + ": there is no such file.")
        .contains("ConfigurationException")
        .contains("\tat dev.masquerade.");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
