package dev.masquerade.modality;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a modality in manifests, runs and checkpoints: {@code caption}, {@code tok_depth@224},
 * {@code tok_semseg@24x40}.
 *
 * <p>What stands before {@code @} is the base name, which by default also names the plugin that
 * reads the modality. What stands after it is a size in pixels (one number for a square, height x
 * width in patches otherwise) and is part of the name: the same modality at two sizes is two
 * modalities.
 *
 * @param value the whole name
 */
public record ModalityName(String value) implements Comparable<ModalityName> {

  private static final Pattern SYNTAX =
      Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*)(?:@([0-9]{1,6}(?:x[0-9]{1,6})?))?");

  public ModalityName {
    if (!SYNTAX.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "\""
              + value
              + "\" is not a modality name. Write a letter, then letters, digits, '_', '-' or '.', and"
              + " optionally a size such as @224 or @24x40");
    }
  }

  /** Returns the name without its size. */
  public String base() {
    int at = value.indexOf('@');
    return at < 0 ? value : value.substring(0, at);
  }

  /** Returns the size in pixels of a name such as {@code rgb@224}, or 0 where it names none. */
  public int size() {
    Matcher matcher = SYNTAX.matcher(value);
    if (!matcher.matches() || matcher.group(2) == null || matcher.group(2).indexOf('x') >= 0) {
      return 0;
    }
    return Integer.parseInt(matcher.group(2));
  }

  /** Returns the grid of a name such as {@code tok_semseg@24x40}, which has 24 rows. */
  public Optional<TokenLayout.Grid> grid() {
    Matcher matcher = SYNTAX.matcher(value);
    if (!matcher.matches() || matcher.group(2) == null) {
      return Optional.empty();
    }
    int cross = matcher.group(2).indexOf('x');
    if (cross < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenLayout.Grid(
            Integer.parseInt(matcher.group(2).substring(0, cross)),
            Integer.parseInt(matcher.group(2).substring(cross + 1))));
  }

  /**
   * Returns the number that stands for this modality inside a model, in {@code [0, 32768)}: the
   * SHA-256 of the whole name, read as one big-endian integer, modulo 2^15, as the 4M reference has
   * it.
   */
  public int id() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      int last = digest.length - 1;
      return ((digest[last - 1] & 0x7f) << 8) | (digest[last] & 0xff);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(ModalityName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
