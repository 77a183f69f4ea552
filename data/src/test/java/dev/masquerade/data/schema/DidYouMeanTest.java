package dev.masquerade.data.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {

  private static final List<String> KNOWN =
      List.of("caption", "depth", "rgb@64", "tok_depth@64", "tok_rgb@64", "KEEP_RANDOM");

  @ParameterizedTest
  @CsvSource({
    "dept, depth",
    "detph, depth",
    "Caption, caption",
    "captoin, caption",
    "tok_depth, tok_depth@64",
    "rgb, rgb@64",
    "random, KEEP_RANDOM",
    "tok_rbg@64, tok_rgb@64",
    "humidity, ''",
    "'', ''"
  })
  void nearestName_isSuggested(String given, String expected) {
    assertThat(DidYouMean.suggest(given, KNOWN).orElse("")).isEqualTo(expected);
  }
}
