package dev.masquerade.modality;

/** The way between text and ids. */
public interface TextCodec {

  /** Returns the ids of a text, without an end token and without cutting. */
  int[] encode(String text);

  /** Returns the text of ids, leaving out special tokens. */
  String decode(int[] ids);

  /** Returns how one id is written, special tokens included; empty for an id there is none for. */
  String token(int id);

  /** Says whether an id stands for whatever the vocabulary lacks. */
  default boolean isUnknown(int id) {
    return token(id).equals("[UNK]");
  }
}
