package dev.masquerade.train.generate;

import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.code.FrameContent;
import java.util.List;
import java.util.Optional;

/** What generated ids stand for. */
public sealed interface GeneratedContent {

  /**
   * Planes over a frame.
   *
   * @param planes as the modality's codec decodes them
   * @param meaning of the planes; empty where nothing tells, for features for example
   */
  record Frame(Planes planes, Optional<FrameContent> meaning) implements GeneratedContent {}

  /** Text, without special tokens. */
  record Text(String text) implements GeneratedContent {}

  /**
   * Boxes.
   *
   * @param boxes that are whole, in the order in which they were written, in fractions of the view
   * @param text as it was written
   */
  record Boxes(List<ObjectBox> boxes, String text) implements GeneratedContent {
    public Boxes {
      boxes = List.copyOf(boxes);
    }
  }

  /** Nothing but the ids: the modality has no way back, or its tokenizer was not given. */
  record OnlyIds() implements GeneratedContent {}
}
