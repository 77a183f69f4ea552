package dev.masquerade.train.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTextTest {

  /** What {@code str(numpy.float32(x))} gives. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "-1.0385923385620117, -1.0385923",
    "0.1, 0.1",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1.5e-5, 1.5e-05",
    "1e16, 1e+16",
    "1234567.9, 1234567.9",
    "1e15, 1000000000000000.0",
    "1.4e-45, 1e-45",
    "3.4028235e38, 3.4028235e+38",
    "2e-3, 0.002",
    "NaN, nan",
    "Infinity, inf",
    "-Infinity, -inf"
  })
  void numbers_areWrittenAsNumPyWritesThem(float value, String text) {
    assertThat(CsvText.number(value)).isEqualTo(text);
  }

  @Test
  void numbers_readBackToTheSameBits() {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(7L);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(rng.nextInt());
      if (Float.isFinite(value)) {
        assertThat(Float.parseFloat(CsvText.number(value))).isEqualTo(value);
      }
    }
  }

  @Test
  void fields_areQuotedWhereTheyHaveToBe() {
    assertThat(CsvText.field("a b")).isEqualTo("a b");
    assertThat(CsvText.field("a,b")).isEqualTo("\"a,b\"");
    assertThat(CsvText.field("say \"a\"")).isEqualTo("\"say \"\"a\"\"\"");
  }
}
