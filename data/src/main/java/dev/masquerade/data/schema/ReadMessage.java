package dev.masquerade.data.schema;

import com.google.protobuf.Message;

/**
 * A message as read, and where its fields were written.
 *
 * @param message everything that could be understood; whatever could not was reported and is absent
 * @param problems reports on the message by field path
 */
public record ReadMessage<M extends Message>(M message, FieldProblems problems) {}
