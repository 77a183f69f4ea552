package dev.masquerade.model.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Safetensors files of any size whose values are all 0 and take no room on disk. */
public final class SparseWeights {

  private SparseWeights() {}

  public static void write(Path file, Map<String, List<Long>> shapes, Map<String, String> metadata)
      throws IOException {
    JsonObject header = new JsonObject();
    if (!metadata.isEmpty()) {
      JsonObject strings = new JsonObject();
      metadata.forEach(strings::addProperty);
      header.add(SafetensorsHeader.METADATA, strings);
    }
    long offset = 0;
    for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
      JsonObject tensor = new JsonObject();
      JsonArray shape = new JsonArray();
      entry.getValue().forEach(shape::add);
      JsonArray range = new JsonArray();
      range.add(offset);
      offset += entry.getValue().stream().reduce(4L, Math::multiplyExact);
      range.add(offset);
      tensor.addProperty("dtype", "F32");
      tensor.add("shape", shape);
      tensor.add("data_offsets", range);
      header.add(entry.getKey(), tensor);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      target.write(length.putLong(json.length).array());
      target.write(json);
      target.setLength(8 + json.length + offset);
    }
  }
}
