package dev.masquerade.modality;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers of modalities as the 4M reference has them. */
class ModalityNameGoldenTest {

  @Test
  void ids_equalThoseOfTheReference() throws IOException {
    JsonObject ids = layout().getAsJsonObject("modality_ids");
    assertThat(ids.size()).isPositive();
    for (Map.Entry<String, JsonElement> entry : ids.entrySet()) {
      assertThat(new ModalityName(entry.getKey()).id())
          .as(entry.getKey())
          .isEqualTo(entry.getValue().getAsInt());
    }
  }

  private static JsonObject layout() throws IOException {
    String directory = System.getProperty("masquerade.goldens", "");
    String file = "fourm/checkpoint_layout.json";
    if (!directory.isEmpty() && Files.exists(Path.of(directory, file))) {
      return JsonParser.parseString(Files.readString(Path.of(directory, file))).getAsJsonObject();
    }
    try (InputStream stream =
        ModalityNameGoldenTest.class.getResourceAsStream("/goldens/" + file)) {
      assertThat(stream).isNotNull();
      return JsonParser.parseString(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
    }
  }
}
