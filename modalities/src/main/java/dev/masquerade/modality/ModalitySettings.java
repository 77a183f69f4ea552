package dev.masquerade.modality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a manifest or a run declares a modality. Numbers are 0 where nothing was declared; a modality
 * then takes its own default or says what is missing.
 *
 * @param name full name, with size where it has one
 * @param size edge of the square frame in pixels; taken from the name where the declaration has
 *     none
 * @param patchSize edge of a patch in pixels
 * @param vocabularySize number of ids
 * @param maxTokens longest sequence
 * @param width numbers per token of continuous modalities
 * @param tokenizer file with the tokenizer or codebook, resolved against the declaring file
 * @param roles where it may stand; empty leaves the choice to the modality
 * @param options whatever else a plugin understands
 * @param pixelLimit largest picture that a run decodes, in pixels; whoever reads pictures takes the
 *     option {@code max_pixels} before it
 */
public record ModalitySettings(
    ModalityName name,
    int size,
    int patchSize,
    int vocabularySize,
    int maxTokens,
    int width,
    Optional<Path> tokenizer,
    Set<Role> roles,
    Map<String, String> options,
    int pixelLimit) {

  /** Largest picture that is decoded where nothing else is said. */
  public static final int DEFAULT_PIXEL_LIMIT = 100_000_000;

  public ModalitySettings {
    if (pixelLimit < 1) {
      throw new IllegalArgumentException("pixelLimit must be at least 1, was " + pixelLimit);
    }
    size = size == 0 ? name.size() : size;
    roles = Set.copyOf(roles);
    options = Map.copyOf(options);
  }

  /** Takes a declaration as it is written, which leaves the largest picture to the run. */
  public ModalitySettings(
      ModalityName name,
      int size,
      int patchSize,
      int vocabularySize,
      int maxTokens,
      int width,
      Optional<Path> tokenizer,
      Set<Role> roles,
      Map<String, String> options) {
    this(
        name,
        size,
        patchSize,
        vocabularySize,
        maxTokens,
        width,
        tokenizer,
        roles,
        options,
        DEFAULT_PIXEL_LIMIT);
  }

  /** Returns the same settings with other roles. */
  public ModalitySettings withRoles(Set<Role> others) {
    return new ModalitySettings(
        name,
        size,
        patchSize,
        vocabularySize,
        maxTokens,
        width,
        tokenizer,
        others,
        options,
        pixelLimit);
  }

  /** Returns the same declaration for square frames of another edge, in pixels. */
  public ModalitySettings withSize(int other) {
    return new ModalitySettings(
        name,
        other,
        patchSize,
        vocabularySize,
        maxTokens,
        width,
        tokenizer,
        roles,
        options,
        pixelLimit);
  }

  /** Returns the same declaration of another name, from which it takes its size. */
  public ModalitySettings withName(ModalityName other) {
    return new ModalitySettings(
        other,
        size == name.size() ? 0 : size,
        patchSize,
        vocabularySize,
        maxTokens,
        width,
        tokenizer,
        roles,
        options,
        pixelLimit);
  }

  /** Returns the same declaration with vectors of {@code numbers}. */
  public ModalitySettings withWidth(int numbers) {
    return new ModalitySettings(
        name,
        size,
        patchSize,
        vocabularySize,
        maxTokens,
        numbers,
        tokenizer,
        roles,
        options,
        pixelLimit);
  }

  /** Returns the same declaration with that many ids or classes. */
  public ModalitySettings withVocabularySize(int ids) {
    return new ModalitySettings(
        name, size, patchSize, ids, maxTokens, width, tokenizer, roles, options, pixelLimit);
  }

  /** Returns the same declaration in a run that decodes pictures of up to {@code pixels}. */
  public ModalitySettings withPixelLimit(long pixels) {
    return new ModalitySettings(
        name,
        size,
        patchSize,
        vocabularySize,
        maxTokens,
        width,
        tokenizer,
        roles,
        options,
        (int) Math.min(pixels, Integer.MAX_VALUE));
  }

  /**
   * Returns the largest picture to decode, in pixels: the option {@code max_pixels}, or what the
   * run allows.
   */
  public int maxPixels() {
    return count("max_pixels", pixelLimit, 1);
  }

  /** Returns a declaration that leaves everything but the name to the modality. */
  public static ModalitySettings of(String name) {
    return new ModalitySettings(
        new ModalityName(name), 0, 0, 0, 0, 0, Optional.empty(), Set.of(), Map.of());
  }

  /** Returns the number an option holds. */
  public double number(String option, double otherwise) {
    String text = options.get(option);
    if (text == null) {
      return otherwise;
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, with NaN and infinity.
    }
    throw new InvalidSettingsException(
        "options." + option, "\"" + text + "\" is not a number. Write one such as " + otherwise);
  }

  /** Returns the whole number of at least {@code least} that an option holds. */
  public int count(String option, int otherwise, int least) {
    String text = options.get(option);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, with numbers that are too small.
    }
    throw new InvalidSettingsException(
        "options." + option,
        "\""
            + text
            + "\" is not a whole number of at least "
            + least
            + ". Write one such as "
            + otherwise);
  }

  /** Returns whether an option is switched on. */
  public boolean flag(String option, boolean otherwise) {
    String text = options.get(option);
    if (text == null) {
      return otherwise;
    }
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new InvalidSettingsException(
        "options." + option, "\"" + text + "\" is neither true nor false");
  }

  /** Returns which of the constants of an enum an option names; case does not matter. */
  public <E extends Enum<E>> E choice(String option, Class<E> type, E otherwise) {
    String text = options.get(option);
    if (text == null) {
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
      names.add(constant.name().toLowerCase(Locale.ROOT));
    }
    throw new InvalidSettingsException(
        "options." + option, "\"" + text + "\" is not one of " + String.join(", ", names));
  }

  /**
   * Refuses options that nothing reads, so that a misspelt one does not pass for its default.
   *
   * @throws InvalidSettingsException naming the option, the nearest known one, and all known ones
   */
  public void refuseOptionsBut(String... known) {
    List<String> names = List.of(known);
    for (String option : new TreeSet<>(options.keySet())) {
      if (!names.contains(option)) {
        throw new InvalidSettingsException(
            "options." + option,
            name
                + " does not read the option \""
                + option
                + "\"."
                + NearestName.of(option, names)
                    .map(near -> " Did you mean \"" + near + "\"?")
                    .orElse("")
                + (names.isEmpty() ? " It reads none" : " Known: " + String.join(", ", names)));
      }
    }
  }
}
