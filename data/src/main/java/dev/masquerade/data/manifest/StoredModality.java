package dev.masquerade.data.manifest;

import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.Role;
import java.util.Set;

/**
 * A modality as stored samples have it.
 *
 * @param settings what its plugin is told
 * @param type key of the plugin that reads it
 * @param member what stands between key and extension in the names of its members
 * @param source member that stored tokens were computed from; empty where they are the truth
 */
public record StoredModality(ModalitySettings settings, String type, String member, String source) {

  public StoredModality {
    if (type.isEmpty() || member.isEmpty()) {
      throw new IllegalArgumentException(
          settings.name() + " needs a type and a member, had \"" + type + "\", \"" + member + "\"");
    }
  }

  /** Declares a modality whose content was computed from no other. */
  public StoredModality(ModalitySettings settings, String type, String member) {
    this(settings, type, member, "");
  }

  /** Declares a modality whose plugin and member go by its name without the size. */
  public static StoredModality of(ModalitySettings settings) {
    String base = settings.name().base();
    return new StoredModality(settings, base, base);
  }

  /** Returns the full name. */
  public ModalityName name() {
    return settings.name();
  }

  /** Returns the same modality standing in other places. */
  public StoredModality withRoles(Set<Role> roles) {
    return new StoredModality(settings.withRoles(roles), type, member, source);
  }

  /** Returns how its members are found among those of a sample. */
  public MemberPattern pattern(Iterable<String> extensions) {
    return MemberPattern.of(member, extensions);
  }
}
