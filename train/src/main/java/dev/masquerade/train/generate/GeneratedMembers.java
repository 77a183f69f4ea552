package dev.masquerade.train.generate;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/** Writes generated modalities as members that their own kinds of modality read. */
public final class GeneratedMembers {

  private final ModelModalities modalities;

  /** Creates a writer for the modalities of a model. */
  public GeneratedMembers(ModelModalities modalities) {
    this.modalities = modalities;
  }

  /**
   * A member of a sample.
   *
   * @param extension without a dot
   * @param bytes the whole member
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Member(String extension, byte[] bytes) {}

  /**
   * Returns what stands between key and extension: truth of the same name is not replaced. The size
   * is part of it where another of the targets differs in nothing else.
   *
   * @param targets all that are generated
   */
  public static String name(ModalityName name, Collection<ModalityName> targets) {
    boolean repeated =
        targets.stream().anyMatch(other -> !other.equals(name) && other.base().equals(name.base()));
    return "generated_" + (repeated ? name.value() : name.base());
  }

  /**
   * Writes one modality: ids of a grid as (1, L) {@code npy}, text as {@code txt}, boxes and chunks
   * as {@code json}.
   *
   * @param view of the picture that the model saw; boxes are written as the whole picture has them
   */
  public Member write(GeneratedModality modality, View view) {
    int[] ids = modality.ids();
    if (modalities.spec(modality.name()).layout() instanceof TokenLayout.Grid) {
      return new Member("npy", NpyArray.write(ids, 1, ids.length));
    }
    if (modality.content() instanceof GeneratedContent.Boxes boxes) {
      JsonArray list = new JsonArray();
      boxes.boxes().forEach(box -> list.add(json(box.outOf(view))));
      return member(list);
    }
    if (modality.content() instanceof GeneratedContent.Text text) {
      Optional<ModalityTokenizer> tokenizer = modalities.find(modality.name());
      if (tokenizer.isPresent() && !tokenizer.get().extensions().contains("txt")) {
        JsonArray chunks = new JsonArray();
        chunks.add(text.text());
        return member(chunks);
      }
      return new Member("txt", text.text().getBytes(StandardCharsets.UTF_8));
    }
    return new Member("npy", NpyArray.write(ids, ids.length));
  }

  private static Member member(JsonArray array) {
    return new Member("json", array.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a box as the modality of boxes reads it. */
  public static JsonObject json(ObjectBox box) {
    JsonObject object = new JsonObject();
    object.addProperty("class", box.name());
    JsonArray corners = new JsonArray();
    corners.add(box.left());
    corners.add(box.top());
    corners.add(box.right());
    corners.add(box.bottom());
    object.add("box", corners);
    return object;
  }
}
