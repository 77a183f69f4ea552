package dev.masquerade.train.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.MessageReader;
import dev.masquerade.data.schema.Problems;
import dev.masquerade.proto.run.v1.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says in which fields two configurations of one run differ. */
public final class RunDifference {

  private static final int NAMED = 8;

  private RunDifference() {}

  /**
   * Compares what a run directory was last run with and what it is to go on with.
   *
   * @param before the run file that was written then
   * @return for example {@code data.batch_size was 16, now is 8}; empty where nothing differs or
   *     the file cannot be read any more
   */
  public static String describe(Path before, RunConfig now) {
    Run stored;
    try {
      stored = MessageReader.read(before, Run.getDefaultInstance(), new Problems()).message();
    } catch (ConfigurationException e) {
      return "";
    }
    List<String> differences = new ArrayList<>();
    compare("", stored, RunMessages.of(now), differences);
    int more = differences.size() - NAMED;
    return String.join(", ", differences.subList(0, Math.min(NAMED, differences.size())))
        + (more > 0 ? ", and " + more + " more" : "");
  }

  private static void compare(String path, Message before, Message now, List<String> into) {
    for (FieldDescriptor field : before.getDescriptorForType().getFields()) {
      String name = path + field.getName();
      if (field.isRepeated()) {
        int count = before.getRepeatedFieldCount(field);
        if (count != now.getRepeatedFieldCount(field) || field.isMapField()) {
          if (!before.getField(field).equals(now.getField(field))) {
            into.add(name + " changed");
          }
          continue;
        }
        for (int i = 0; i < count; i++) {
          String at = name + "[" + i + "]";
          compare(at, before.getRepeatedField(field, i), now.getRepeatedField(field, i), into);
        }
      } else if (!field.hasPresence() || before.hasField(field) == now.hasField(field)) {
        compare(name, before.getField(field), now.getField(field), into);
      } else {
        into.add(name + (now.hasField(field) ? " was added" : " was removed"));
      }
    }
  }

  private static void compare(String name, Object before, Object now, List<String> into) {
    if (before instanceof Message one && now instanceof Message other) {
      compare(name + ".", one, other, into);
    } else if (!before.equals(now)) {
      into.add(name + " was " + before + ", now is " + now);
    }
  }
}
