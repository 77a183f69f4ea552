package dev.masquerade.data.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.masquerade.data.schema.ScalarReader.MisfitException;
import dev.masquerade.data.schema.ScalarReader.Strictness;
import dev.masquerade.data.schema.WrittenValue.Block;
import dev.masquerade.data.schema.WrittenValue.Entry;
import dev.masquerade.data.schema.WrittenValue.Scalar;
import dev.masquerade.data.schema.WrittenValue.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills a message from what was written, by its descriptor, and reports all that does not fit. */
final class MessageBinder {

  private final Strictness strictness;

  MessageBinder(Strictness strictness) {
    this.strictness = strictness;
  }

  /** Binds the entries of one message. */
  void bind(Block block, Message.Builder builder, FieldProblems problems) {
    Descriptor type = builder.getDescriptorForType();
    Map<FieldDescriptor, Integer> seen = new HashMap<>();
    Map<String, Entry> chosen = new HashMap<>();
    for (Entry entry : block.entries()) {
      FieldDescriptor field = find(type, entry.name());
      if (field == null) {
        problems.writtenAt(entry.name(), entry.line());
        problems.report(entry.name(), unknownField(entry.name(), type));
        continue;
      }
      if (field.isRepeated()) {
        bindRepeated(field, entry, builder, problems);
        continue;
      }
      Integer earlier = seen.putIfAbsent(field, entry.line());
      if (earlier != null) {
        report(
            problems, field.getName(), entry, "is given twice" + onLine(earlier) + "; keep one.");
        continue;
      }
      if (field.getRealContainingOneof() != null) {
        Entry rival = chosen.putIfAbsent(field.getRealContainingOneof().getName(), entry);
        if (rival != null) {
          report(
              problems,
              field.getName(),
              entry,
              "excludes " + rival.name() + onLine(rival.line()) + "; keep one of them.");
          continue;
        }
      }
      problems.writtenAt(field.getName(), entry.line());
      Object value = value(field, entry.value(), builder, field.getName(), problems);
      if (value != null) {
        builder.setField(field, value);
      }
    }
  }

  /**
   * Gives a written value the type of its field.
   *
   * @param path the field below {@code problems}, with an index where it is repeated
   * @return what the message takes as one value, or null where it was reported not to fit
   */
  @Nullable Object value(
      FieldDescriptor field,
      WrittenValue written,
      Message.Builder owner,
      String path,
      FieldProblems problems) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      if (written instanceof Block block) {
        Message.Builder part = owner.newBuilderForField(field);
        bind(block, part, problems.at(path));
        return part.build();
      }
      String kind = field.getMessageType().getName();
      problems.report(path, "holds a " + kind + "; write its fields in { }.");
      return null;
    }
    if (written instanceof Scalar scalar) {
      try {
        return ScalarReader.read(field, scalar, strictness);
      } catch (MisfitException e) {
        problems.report(path, String.valueOf(e.getMessage()));
        return null;
      }
    }
    problems.report(path, "holds a single value, not a list or a block.");
    return null;
  }

  private void bindRepeated(
      FieldDescriptor field, Entry entry, Message.Builder builder, FieldProblems problems) {
    if (field.isMapField() && strictness == Strictness.JSON) {
      bindJsonMap(field, entry, builder, problems);
      return;
    }
    if (entry.value() instanceof Sequence sequence) {
      for (WrittenValue value : sequence.values()) {
        append(field, value, value.line(), builder, problems);
      }
    } else if (strictness == Strictness.JSON) {
      report(problems, field.getName(), entry, "holds a list; write it in [ ].");
    } else {
      append(field, entry.value(), entry.line(), builder, problems);
    }
  }

  private void append(
      FieldDescriptor field,
      WrittenValue written,
      int line,
      Message.Builder builder,
      FieldProblems problems) {
    String path = field.getName() + "[" + builder.getRepeatedFieldCount(field) + "]";
    problems.writtenAt(path, line);
    Object value = value(field, written, builder, path, problems);
    if (value == null) {
      return;
    }
    if (field.isMapField() && indexOfKey(field, key((Message) value), builder) >= 0) {
      problems.report(path, "\"" + key((Message) value) + "\" is given twice; keep one.");
      return;
    }
    builder.addRepeatedField(field, value);
  }

  private void bindJsonMap(
      FieldDescriptor field, Entry written, Message.Builder builder, FieldProblems problems) {
    if (!(written.value() instanceof Block block)) {
      report(problems, field.getName(), written, "maps names to values; write it in { }.");
      return;
    }
    for (Entry entry : block.entries()) {
      int line = entry.line();
      Entry key = new Entry("key", new Scalar(entry.name(), true, line), line);
      Entry content = new Entry("value", entry.value(), line);
      append(field, new Block(List.of(key, content), line), line, builder, problems);
    }
  }

  /** Returns where a map field has an entry with the given key, or -1. */
  static int indexOfKey(FieldDescriptor field, String key, Message.Builder builder) {
    for (int i = 0; i < builder.getRepeatedFieldCount(field); i++) {
      if (key.equals(key((Message) builder.getRepeatedField(field, i)))) {
        return i;
      }
    }
    return -1;
  }

  private static String key(Message mapEntry) {
    return String.valueOf(mapEntry.getField(mapEntry.getDescriptorForType().findFieldByNumber(1)));
  }

  private @Nullable FieldDescriptor find(Descriptor type, String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field == null && strictness == Strictness.JSON) {
      for (FieldDescriptor candidate : type.getFields()) {
        if (candidate.getJsonName().equals(name)) {
          return candidate;
        }
      }
    }
    return field;
  }

  /** Returns a message about a field that its type does not have. */
  static String unknownField(String name, Descriptor type) {
    return DidYouMean.unknown(
        name,
        "a field of " + type.getName(),
        type.getFields().stream().map(FieldDescriptor::getName).toList());
  }

  private static void report(FieldProblems problems, String field, Entry entry, String message) {
    // The line of this entry for this one message: the field itself keeps that of the first.
    int first = problems.line(field);
    problems.writtenAt(field, entry.line());
    problems.report(field, message);
    problems.writtenAt(field, first);
  }

  private static String onLine(int line) {
    return line == 0 ? "" : " (line " + line + ")";
  }
}
