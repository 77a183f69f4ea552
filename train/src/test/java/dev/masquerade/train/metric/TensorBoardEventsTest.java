package dev.masquerade.train.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what was written with field numbers of TensorFlow's event.proto, not with our schema. */
class TensorBoardEventsTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_767_225_600_500L), ZoneOffset.UTC);

  @TempDir Path directory;

  @Test
  void scalarsAndPictures_readBack() throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3};
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 0, CLOCK)) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("loss", 6.25);
      values.put("loss/caption", -0.5);
      events.record(new MetricRecord(300, MetricRecord.Kind.TRAIN, values));
      events.picture(301, new MetricPicture("masks/rgb", 8, 16, 3, png));
    }

    List<String> records = new ArrayList<>();
    for (byte[] record : records(onlyFile())) {
      records.add(describe(record));
    }
    assertThat(records)
        .containsExactly(
            "time=1.7672256005E9 version=brain.Event:2",
            "time=1.7672256005E9 step=300 [tag=train/loss 6.25] [tag=train/loss/caption -0.5]",
            "time=1.7672256005E9 step=301 [tag=masks/rgb 8x16x3 89504e47010203]");
  }

  @Test
  void resumedRun_saysFromWhichStepEarlierFilesNoLongerCount() throws IOException {
    TensorBoardEvents.open(directory, 40, CLOCK).close();

    List<byte[]> records = records(onlyFile());
    assertThat(records).hasSize(2);
    assertThat(describe(records.get(1))).isEqualTo("time=1.7672256005E9 step=41 session=1");
  }

  @Test
  void checksum_isTheMaskedOneOfTheFormat() {
    // CRC-32C of "123456789" is 0xe3069283 by definition; masked as TFRecord asks.
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    int crc = 0xe3069283;
    assertThat(TensorBoardEvents.maskedChecksum(digits, 0, digits.length))
        .isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
  }

  private Path onlyFile() throws IOException {
    try (var files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).getFileName().toString()).startsWith("events.out.tfevents.1767225600.");
      return all.get(0);
    }
  }

  private static List<byte[]> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(checksum(length));
      byte[] record =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(record);
      assertThat(bytes.getInt()).isEqualTo(checksum(record));
      records.add(record);
    }
    return records;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long value = crc.getValue();
    return (int) (((value >> 15 | value << 17) + 0xa282ead8L) & 0xffffffffL);
  }

  private static String describe(byte[] event) throws IOException {
    StringBuilder text = new StringBuilder();
    CodedInputStream input = CodedInputStream.newInstance(event);
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> text.append("time=").append(input.readDouble());
        case 2 -> text.append(" step=").append(input.readInt64());
        case 3 -> text.append(" version=").append(input.readString());
        case 5 -> describeSummary(input.readByteArray(), text);
        case 7 -> {
          CodedInputStream session = CodedInputStream.newInstance(input.readByteArray());
          assertThat(WireFormat.getTagFieldNumber(session.readTag())).isEqualTo(1);
          text.append(" session=").append(session.readEnum());
        }
        default -> throw new AssertionError("unknown field in " + tag);
      }
    }
    return text.toString();
  }

  private static void describeSummary(byte[] summary, StringBuilder text) throws IOException {
    CodedInputStream input = CodedInputStream.newInstance(summary);
    while (input.readTag() != 0) {
      text.append(" [");
      CodedInputStream value = CodedInputStream.newInstance(input.readByteArray());
      for (int tag = value.readTag(); tag != 0; tag = value.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> text.append("tag=").append(value.readString());
          case 2 -> text.append(" ").append(value.readFloat());
          case 4 -> describeImage(value.readByteArray(), text);
          default -> throw new AssertionError("unknown field in " + tag);
        }
      }
      text.append("]");
    }
  }

  private static void describeImage(byte[] image, StringBuilder text) throws IOException {
    CodedInputStream input = CodedInputStream.newInstance(image);
    List<Integer> shape = new ArrayList<>();
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 4) {
        text.append(" ").append(shape.get(0)).append("x").append(shape.get(1));
        text.append("x").append(shape.get(2)).append(" ");
        for (byte b : input.readByteArray()) {
          text.append(String.format("%02x", b));
        }
      } else {
        shape.add(input.readInt32());
      }
    }
  }
}
