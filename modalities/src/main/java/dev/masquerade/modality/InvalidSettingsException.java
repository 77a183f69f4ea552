package dev.masquerade.modality;

/** A declaration of a modality that cannot work: the user's mistake, found before anything runs. */
public final class InvalidSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String setting;

  /**
   * Creates the exception.
   *
   * @param setting name of the setting at fault, as in {@link ModalitySettings}
   * @param message what is wrong, which values are allowed, and what to do
   */
  public InvalidSettingsException(String setting, String message) {
    super(message);
    this.setting = setting;
  }

  /** Returns the name of the setting at fault. */
  public String setting() {
    return setting;
  }
}
