package dev.masquerade.data.manifest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.masquerade.data.schema.DidYouMean;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.modality.ModalityName;
import java.util.Optional;
import java.util.Set;

/** The checks that declarations of modalities in manifests and in runs have in common. */
public final class ModalityFields {

  private ModalityFields() {}

  /** Returns a modality's name, or reports that it is missing or none. */
  public static Optional<ModalityName> name(String written, FieldProblems at) {
    if (written.isEmpty()) {
      at.reportMissing("name", "is missing; write for example \"rgb@64\".");
      return Optional.empty();
    }
    try {
      return Optional.of(new ModalityName(written));
    } catch (IllegalArgumentException e) {
      at.report("name", e.getMessage() + ".");
      return Optional.empty();
    }
  }

  /**
   * Returns the key of the plugin that reads a modality, or reports that there is none.
   *
   * @param written what the declaration says; empty leaves it to the name
   */
  public static Optional<String> type(
      ModalityName name, String written, Set<String> knownTypes, FieldProblems at) {
    String type = written.isEmpty() ? name.base() : written;
    if (knownTypes.contains(type)) {
      return Optional.of(type);
    }
    at.report(
        written.isEmpty() ? "name" : "type",
        DidYouMean.unknown(type, "a known modality", knownTypes)
            + " A plugin must be on the class path to add more.");
    return Optional.empty();
  }

  /** Reports whole numbers of a declaration that are negative. */
  public static void checkNumbers(Message declared, FieldProblems at) {
    for (FieldDescriptor field : declared.getDescriptorForType().getFields()) {
      if (!field.isRepeated()
          && field.getJavaType() == FieldDescriptor.JavaType.INT
          && (int) declared.getField(field) < 0) {
        at.report(
            field.getName(),
            declared.getField(field)
                + " is out of range; it must be at least 0, where 0 leaves"
                + " it to the modality.");
      }
    }
  }
}
