package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonLiteralTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "None | null",
        "null | null",
        "True | true",
        "false | false",
        "768 | 768",
        "4.0 | 4.0",
        "1e-06 | 0.000001",
        "-3 | -3",
        "SiLU | \"SiLU\"",
        "'None' | \"None\"",
        "[] | []",
        "['rgb@224', 'caption'] | [\"rgb@224\",\"caption\"]",
        "[rgb@224, caption] | [\"rgb@224\",\"caption\"]",
        "[\"a, b\", 2, None] | [\"a, b\",2,null]",
        "(224, 224) | [224,224]",
        "1.2.3 | \"1.2.3\"",
      })
  void values_areReadAsPythonPrintsThem(String text, String json) {
    assertThat(PythonLiteral.parse(text).toString())
        .isEqualTo(JsonParser.parseString(json).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"null", "true", "3", "2.5", "\"SiLU\"", "[\"rgb@224\",\"a, b\"]", "[1,2]", "[]"})
  void printedValues_areReadBack(String json) {
    JsonElement value = JsonParser.parseString(json);

    assertThat(PythonLiteral.parse(PythonLiteral.print(value)).toString())
        .isEqualTo(value.toString());
  }
}
