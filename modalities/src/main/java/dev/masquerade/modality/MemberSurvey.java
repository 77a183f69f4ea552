package dev.masquerade.modality;

/**
 * Looks at stored members to find what their declaration must say: how wide vectors are, how many
 * classes there are. An import makes one for every modality it declares. Used by one thread.
 */
public interface MemberSurvey {

  /**
   * Looks at one member.
   *
   * @param extension of the member, in lower case
   * @return whether further members could tell more
   * @throws BadSampleException if it cannot be read; others may be
   */
  boolean look(byte[] bytes, String extension) throws BadSampleException;

  /**
   * Returns a declaration with what was found.
   *
   * @param declared what is known without looking
   * @return the same where nothing was found
   */
  ModalitySettings complete(ModalitySettings declared);
}
