package dev.masquerade.train.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.masquerade.data.schema.FieldProblems;
import java.util.function.DoublePredicate;

/**
 * Takes numbers out of a message: the default where nothing was written, and also where what was
 * written is out of range and was reported, so that the rest can still be checked.
 */
public final class NumberFields {

  /** Numbers that are more than 0 and finite. */
  public static final DoublePredicate POSITIVE =
      value -> value > 0 && value < Double.POSITIVE_INFINITY;

  /** Numbers that are at least 0 and finite. */
  public static final DoublePredicate NOT_NEGATIVE =
      value -> value >= 0 && value < Double.POSITIVE_INFINITY;

  /** Probabilities and rates below 1. */
  public static final DoublePredicate BELOW_ONE = value -> value >= 0 && value < 1;

  private final Message message;
  private final FieldProblems at;

  /** Takes numbers of a message, whose problems are reported at its place. */
  public NumberFields(Message message, FieldProblems at) {
    this.message = message;
    this.at = at;
  }

  /** Says whether a number was written; a binary file cannot tell an absent one from 0. */
  public boolean has(String field) {
    FieldDescriptor descriptor = field(field);
    return descriptor.hasPresence()
        ? message.hasField(descriptor)
        : at.isWritten(field) || ((Number) message.getField(descriptor)).doubleValue() != 0;
  }

  /** Returns a whole number of at least {@code min}. */
  public int count(String field, int min, int fallback) {
    return (int) whole(field, min, fallback);
  }

  /** Returns a whole number of at least {@code min} that has to be written. */
  int requiredCount(String field, int min, String missing) {
    require(field, missing);
    return (int) whole(field, min, Math.max(1, min));
  }

  /** Returns a whole number of at least {@code min}. */
  long whole(String field, long min, long fallback) {
    if (!has(field)) {
      return fallback;
    }
    long value = ((Number) message.getField(field(field))).longValue();
    if (value < min) {
      at.report(field, value + " is out of range; it must be at least " + min + ".");
      return fallback;
    }
    return value;
  }

  /**
   * Returns a real number.
   *
   * @param range how problems describe what is allowed
   */
  public double real(String field, DoublePredicate allowed, String range, double fallback) {
    if (!has(field)) {
      return fallback;
    }
    double value = ((Number) message.getField(field(field))).doubleValue();
    if (!allowed.test(value)) {
      at.report(field, value + " is out of range; it must be " + range + ".");
      return fallback;
    }
    return value;
  }

  /** Returns a choice. */
  public boolean flag(String field, boolean fallback) {
    FieldDescriptor descriptor = field(field);
    return message.hasField(descriptor) ? (boolean) message.getField(descriptor) : fallback;
  }

  private void require(String field, String missing) {
    if (!has(field)) {
      at.reportMissing(field, missing);
    }
  }

  private FieldDescriptor field(String name) {
    FieldDescriptor descriptor = message.getDescriptorForType().findFieldByName(name);
    if (descriptor == null) {
      throw new IllegalArgumentException(
          message.getDescriptorForType().getName() + " has no field " + name);
    }
    return descriptor;
  }
}
