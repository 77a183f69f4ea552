package dev.masquerade.modality.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small tokenizer.json for tests, made once per run of the tests. */
public final class TestTokenizer {

  /** 20 sentinels, 100 numbers, and what these few texts need. */
  static final WordPieceSettings SETTINGS =
      new WordPieceSettings(700, 20, 100, List.of("dining table", "cube"), 0);

  static final List<String> TEXTS =
      List.of(
          "A red cube stands near a large sphere.",
          "Two small green cones and a shiny metal cube.",
          "The sphere, behind the cube, is blue!",
          "a naïve café");

  private static final class Made {
    static final Path FILE = make();

    private static Path make() {
      try {
        Path directory = Files.createTempDirectory("masquerade-tokenizer");
        Path file = directory.resolve("tokenizer.json");
        trainer().write(file);
        file.toFile().deleteOnExit();
        directory.toFile().deleteOnExit();
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private TestTokenizer() {}

  static WordPieceTrainer trainer() {
    WordPieceTrainer trainer = new WordPieceTrainer(SETTINGS);
    TEXTS.forEach(trainer::add);
    return trainer;
  }

  /** Returns the file. */
  public static Path file() {
    return Made.FILE;
  }
}
