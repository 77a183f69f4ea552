package dev.masquerade.data.shard;

import dev.masquerade.modality.BadSampleException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An open shard: its samples in stored order, each a key with members that are read on demand.
 *
 * <p>Samples are the keys of all files together, in order of first appearance, so that a sample
 * which lacks a modality is still a sample. Safe for use by several threads.
 */
public final class Shard implements Closeable {

  private record Place(int file, MemberStore.Member member) {}

  private final ShardDeclaration declaration;
  private final List<MemberStore> stores;
  private final List<String> keys;
  private final Map<String, Integer> ordinals;
  // Per ordinal, by suffix prefixed with the file's own modality: "rgb.jpg", "txt".
  private final List<Map<String, Place>> places;

  private Shard(
      ShardDeclaration declaration, List<MemberStore> stores, Map<String, Map<String, Place>> all) {
    this.declaration = declaration;
    this.stores = stores;
    this.keys = List.copyOf(all.keySet());
    this.places = List.copyOf(all.values());
    this.ordinals = new HashMap<>();
    for (int ordinal = 0; ordinal < keys.size(); ordinal++) {
      ordinals.put(keys.get(ordinal), ordinal);
    }
  }

  /**
   * Opens every file of a shard and lists its members.
   *
   * @throws UnusableShardsException if a file is missing, is no tar, or has names that climb out
   * @throws IOException if reading fails
   */
  public static Shard open(ShardDeclaration declaration, ShardSources sources) throws IOException {
    List<MemberStore> stores = new ArrayList<>();
    try {
      Map<String, Map<String, Place>> all = new LinkedHashMap<>();
      for (ShardFile file : declaration.files()) {
        MemberStore store = openFile(file, sources);
        stores.add(store);
        for (MemberStore.Member member : store.members()) {
          all.computeIfAbsent(member.key(), key -> new TreeMap<>())
              .merge(
                  suffixWithin(file, member.suffix()),
                  new Place(stores.size() - 1, member),
                  // Within a tar the last of two members of one name counts; between files the
                  // first file does.
                  (old, fresh) -> old.file() == fresh.file() ? fresh : old);
        }
      }
      return new Shard(declaration, stores, all);
    } catch (IOException | RuntimeException e) {
      closeAll(stores);
      throw e;
    }
  }

  private static MemberStore openFile(ShardFile file, ShardSources sources) throws IOException {
    if (!sources.exists(file.uri())) {
      throw new UnusableShardsException(file.name() + ": there is no such shard at " + file.uri());
    }
    Path path = sources.fetch(file.uri());
    return Files.isDirectory(path)
        ? FolderStore.open(path, !file.modality().isEmpty())
        : TarStore.open(path, file.name());
  }

  /** Members of a file of one modality may repeat its name or leave it out. */
  private static String suffixWithin(ShardFile file, String suffix) {
    String modality = file.modality();
    return modality.isEmpty() || suffix.startsWith(modality + ".")
        ? suffix
        : modality + "." + suffix;
  }

  /** Returns what messages call the shard. */
  public String name() {
    return declaration.name();
  }

  /** Returns how many samples there really are, whatever was declared. */
  public int sampleCount() {
    return keys.size();
  }

  /**
   * Returns the key of a sample.
   *
   * @throws BadSampleException if the shard ends before that sample
   */
  public String key(int ordinal) throws BadSampleException {
    if (ordinal >= keys.size()) {
      throw new BadSampleException(
          "the shard holds "
              + keys.size()
              + " of "
              + declaration.sampleCount()
              + " declared samples"
              + damage().map(damage -> ": it is " + damage).orElse(""));
    }
    return keys.get(ordinal);
  }

  /** Returns all keys in stored order. */
  public List<String> keys() {
    return keys;
  }

  /** Returns the place of a key among the samples; empty where there is no such key. */
  public Optional<Integer> ordinal(String key) {
    return Optional.ofNullable(ordinals.get(key));
  }

  /** Returns the members of a sample, as {@code modality.ext} or {@code ext}, sorted. */
  public Set<String> members(int ordinal) {
    return Collections.unmodifiableSet(places.get(ordinal).keySet());
  }

  /** Returns what is wrong with one of the files, from some place on; empty for sound ones. */
  public Optional<String> damage() {
    for (int file = 0; file < stores.size(); file++) {
      Optional<String> damage = stores.get(file).damage();
      if (damage.isPresent()) {
        String name = declaration.files().get(file).name();
        return Optional.of(stores.size() == 1 ? damage.get() : damage.get() + " (" + name + ")");
      }
    }
    return Optional.empty();
  }

  /**
   * Reads what a sample has of a modality.
   *
   * @return empty where the sample lacks the modality
   * @throws BadSampleException if its bytes are not all there, or may have been lost with the rest
   *     of a damaged file
   * @throws IOException if reading fails
   */
  public Optional<RawMember> read(int ordinal, MemberPattern pattern)
      throws IOException, BadSampleException {
    key(ordinal);
    Map<String, Place> sample = places.get(ordinal);
    for (String extension : pattern.extensions()) {
      Place place = sample.get(suffix(pattern, extension));
      if (place != null) {
        byte[] bytes = stores.get(place.file()).read(place.member());
        return Optional.of(new RawMember(place.member().name(), extension, bytes));
      }
    }
    Optional<String> damage = damage();
    if (damage.isPresent() && mayHaveLost(ordinal)) {
      throw new BadSampleException("the shard is " + damage.get());
    }
    return Optional.empty();
  }

  /** Reads one member by the name that {@link #members} gave it; empty where there is none. */
  public Optional<byte[]> read(int ordinal, String member) throws IOException, BadSampleException {
    key(ordinal);
    Place place = places.get(ordinal).get(member);
    return place == null
        ? Optional.empty()
        : Optional.of(stores.get(place.file()).read(place.member()));
  }

  /**
   * Returns the keys that have no member of a modality although others of the shard have one, for
   * reports; empty where all agree.
   */
  public List<String> keysLacking(MemberPattern pattern) {
    Set<String> suffixes = new TreeSet<>();
    pattern.extensions().forEach(extension -> suffixes.add(suffix(pattern, extension)));
    List<String> lacking = new ArrayList<>();
    for (int ordinal = 0; ordinal < keys.size(); ordinal++) {
      if (Collections.disjoint(places.get(ordinal).keySet(), suffixes)) {
        lacking.add(keys.get(ordinal));
      }
    }
    return lacking;
  }

  private static String suffix(MemberPattern pattern, String extension) {
    return pattern.modality().isEmpty() ? extension : pattern.modality() + "." + extension;
  }

  /** What a damaged file lost is the rest of the last sample it began, and all samples after. */
  private boolean mayHaveLost(int ordinal) {
    for (int file = 0; file < stores.size(); file++) {
      if (stores.get(file).damage().isPresent()) {
        List<MemberStore.Member> members = stores.get(file).members();
        String last = members.isEmpty() ? "" : members.get(members.size() - 1).key();
        if (ordinal >= ordinals.getOrDefault(last, -1)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    closeAll(stores);
  }

  private static void closeAll(List<MemberStore> stores) throws IOException {
    for (MemberStore store : stores) {
      store.close();
    }
  }
}
