package dev.masquerade.data.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.masquerade.data.schema.ScalarReader.Strictness;
import dev.masquerade.data.schema.WrittenValue.Scalar;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Changes to single fields of a message, as given on a command line: {@code train.steps=100},
 * {@code modalities[0].name=rgb@64}.
 *
 * <p>Texts need no quotes and enum constants no prefix. The index after the last entry of a
 * repeated field adds one. A field that holds a message takes text format in braces; a map takes
 * its key as one more step: {@code modalities[0].options.dither=none}.
 */
public final class FieldOverrides {

  /** Changes nothing. */
  public static final FieldOverrides NONE = new FieldOverrides(List.of());

  private static final Pattern STEP = Pattern.compile("([A-Za-z0-9_@-]+)(?:\\[([0-9]{1,9})])?");

  private final List<String> assignments;

  private FieldOverrides(List<String> assignments) {
    this.assignments = List.copyOf(assignments);
  }

  /**
   * Takes assignments as typed; they are looked at when they are applied, in their order.
   *
   * @param assignments each PATH=VALUE
   */
  public static FieldOverrides of(List<String> assignments) {
    return new FieldOverrides(assignments);
  }

  /** Returns the assignments as typed. */
  public List<String> assignments() {
    return assignments;
  }

  /** Sets the fields in a message and reports paths and values that do not fit. */
  void apply(Message.Builder builder, FieldProblems problems) {
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      String path = equals < 0 ? assignment : assignment.substring(0, equals).strip();
      FieldProblems origin = problems.from("--set " + assignment);
      if (equals < 0) {
        origin.report(path, "has no value; write " + path + "=VALUE.");
        continue;
      }
      String value = assignment.substring(equals + 1).strip();
      assign(List.of(path.split("\\.", -1)), value, builder, origin);
    }
  }

  private static void assign(
      List<String> steps, String value, Message.Builder builder, FieldProblems problems) {
    String step = steps.get(0);
    List<String> rest = steps.subList(1, steps.size());
    Descriptor type = builder.getDescriptorForType();
    Matcher matcher = STEP.matcher(step);
    if (!matcher.matches()) {
      problems.report(step, "write a field's name, or NAME[INDEX] counted from 0.");
      return;
    }
    FieldDescriptor field = type.findFieldByName(matcher.group(1));
    if (field == null) {
      problems.report(step, MessageBinder.unknownField(matcher.group(1), type));
      return;
    }
    String name = field.getName();
    if (field.isMapField()) {
      assignEntry(field, String.join(".", rest), value, builder, problems);
      return;
    }
    int index = -1;
    if (field.isRepeated()) {
      int count = builder.getRepeatedFieldCount(field);
      index = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
      if (index < 0 || index > count) {
        problems.report(
            step,
            "holds a list of " + count + "; write " + name + "[INDEX], with 0 to " + count + ".");
        return;
      }
    } else if (matcher.group(2) != null) {
      problems.report(step, "holds a single value; leave out the index.");
      return;
    }
    if (rest.isEmpty()) {
      problems.writtenAt(step, 0);
      set(field, index, read(field, value, builder, step, problems), builder);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      Message.Builder part = part(field, index, builder);
      assign(rest, value, part, problems.at(step));
      set(field, index, part.build(), builder);
    } else {
      problems.report(step, "holds no fields; nothing can follow its name.");
    }
  }

  private static void assignEntry(
      FieldDescriptor field,
      String key,
      String value,
      Message.Builder builder,
      FieldProblems problems) {
    String path = field.getName() + "." + key;
    if (key.isEmpty()) {
      problems.report(field.getName(), "maps names to values; write " + path + "NAME=VALUE.");
      return;
    }
    problems.writtenAt(path, 0);
    Message.Builder entry = builder.newBuilderForField(field);
    Descriptor type = entry.getDescriptorForType();
    set(type.findFieldByNumber(1), -1, key, entry);
    FieldDescriptor content = type.findFieldByNumber(2);
    set(content, -1, read(content, value, entry, path, problems), entry);
    int index = MessageBinder.indexOfKey(field, key, builder);
    set(field, index < 0 ? builder.getRepeatedFieldCount(field) : index, entry.build(), builder);
  }

  private static @Nullable Object read(
      FieldDescriptor field,
      String value,
      Message.Builder owner,
      String path,
      FieldProblems problems) {
    WrittenValue written = new Scalar(value, false, 0);
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      try {
        written = TextprotoParser.parseValue(value);
      } catch (SyntaxException e) {
        problems.report(path, String.valueOf(e.getMessage()));
        return null;
      }
    }
    return new MessageBinder(Strictness.OVERRIDE).value(field, written, owner, path, problems);
  }

  private static Message.Builder part(FieldDescriptor field, int index, Message.Builder builder) {
    if (index < 0) {
      return ((Message) builder.getField(field)).toBuilder();
    }
    return index < builder.getRepeatedFieldCount(field)
        ? ((Message) builder.getRepeatedField(field, index)).toBuilder()
        : builder.newBuilderForField(field);
  }

  /** Sets a field, or an entry of it, or adds one; null was reported and changes nothing. */
  private static void set(
      FieldDescriptor field, int index, @Nullable Object value, Message.Builder builder) {
    if (value == null) {
      return;
    }
    if (index < 0) {
      builder.setField(field, value);
    } else if (index < builder.getRepeatedFieldCount(field)) {
      builder.setRepeatedField(field, index, value);
    } else {
      builder.addRepeatedField(field, value);
    }
  }
}
