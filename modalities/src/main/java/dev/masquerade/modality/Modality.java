package dev.masquerade.modality;

import java.util.Optional;

/**
 * A kind of modality: the extension point of Masquerade.
 *
 * <p>Bind an implementation under its name in a {@code MapBinder<String, Modality>}, in a Guice
 * module that a {@link ModalityPlugin} returns. The name is what manifests and runs write, either
 * before the {@code @} of a modality's name or as its {@code type}. Built-in modalities come in by
 * the same door.
 *
 * <p>Implementations are stateless and safe for use by several threads.
 */
public interface Modality {

  /**
   * Prepares to read a modality as it was declared.
   *
   * @param settings the declaration, from a manifest or a run
   * @return a tokenizer that several threads may use at once
   * @throws InvalidSettingsException if the declaration cannot work, naming the setting and what
   *     would
   */
  ModalityTokenizer open(ModalitySettings settings);

  /**
   * Says whether an import may declare members that go by the kind's name: false for kinds that
   * need settings which files do not tell, or that only some networks take. Runs then name the
   * member.
   */
  default boolean isDeclaredByImport() {
    return true;
  }

  /**
   * Returns what finds the settings that a declaration lacks among stored members, for an import;
   * nothing for kinds whose files need no such settings.
   */
  default Optional<MemberSurvey> survey() {
    return Optional.empty();
  }
}
