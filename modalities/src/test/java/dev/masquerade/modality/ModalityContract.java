package dev.masquerade.modality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.masquerade.modality.TokenizedModality.IdGrid;
import dev.masquerade.modality.TokenizedModality.IdSequence;
import dev.masquerade.modality.TokenizedModality.PixelPatches;
import dev.masquerade.modality.TokenizedModality.VectorTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What must hold for every kind of modality. A plugin extends this class in its own tests, says how
 * to declare the modality and hands over a few members that must be readable.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ModalityContract {

  /** Views that data may draw: everything, a crop, a flip, other choices. */
  private static final List<View> VIEWS =
      List.of(
          View.WHOLE,
          new View(0.25, 0.125, 0.5, 0.75, false, 0),
          new View(0.1, 0.3, 0.37, 0.61, true, 0, 12345),
          new View(0, 0, 1, 1, true, 0, -1));

  /** Returns the plugin that brings the modality. */
  protected abstract ModalityPlugin plugin();

  /** Returns the name under which the plugin binds it. */
  protected abstract String type();

  /** Returns a declaration that works. */
  protected abstract ModalitySettings settings();

  /** Returns at least one member of every extension the modality reads, each readable. */
  protected abstract List<StoredMember> members();

  private ModalityTokenizer open() {
    return catalogue().open(type(), settings());
  }

  private ModalityCatalogue catalogue() {
    Key<Map<String, Modality>> all = Key.get(new TypeLiteral<Map<String, Modality>>() {});
    return new ModalityCatalogue(
        Guice.createInjector(
                binder -> {
                  binder.requireExplicitBindings();
                  binder.requireAtInjectOnConstructors();
                },
                plugin().module())
            .getInstance(all));
  }

  @Test
  public void plugin_isListedAsAService() {
    List<Class<?>> listed = new ArrayList<>();
    ServiceLoader.load(ModalityPlugin.class).forEach(plugin -> listed.add(plugin.getClass()));
    assertThat(listed)
        .as("META-INF/services/dev.masquerade.modality.ModalityPlugin")
        .contains(plugin().getClass());
    assertThat(plugin().name()).isNotBlank();
  }

  @Test
  public void type_isBoundByThePlugin() {
    assertThat(catalogue().names()).contains(type());
  }

  @Test
  public void spec_hasTheDeclaredName() {
    assertThat(open().spec().name()).isEqualTo(settings().name());
  }

  @Test
  public void openedTwice_hasEqualSpecs() {
    assertThat(open().spec()).isEqualTo(open().spec());
  }

  @Test
  public void declaredRole_isKept() {
    ModalitySettings own = settings();
    for (Role role : open().spec().roles()) {
      ModalitySettings narrow =
          new ModalitySettings(
              own.name(),
              own.size(),
              own.patchSize(),
              own.vocabularySize(),
              own.maxTokens(),
              own.width(),
              own.tokenizer(),
              Set.of(role),
              own.options());
      assertThat(catalogue().open(type(), narrow).spec().roles()).containsExactly(role);
    }
  }

  @Test
  public void unknownOption_isRefused() {
    ModalitySettings own = settings();
    Map<String, String> options = new HashMap<>(own.options());
    options.put("no_such_option", "1");
    ModalitySettings wrong =
        new ModalitySettings(
            own.name(),
            own.size(),
            own.patchSize(),
            own.vocabularySize(),
            own.maxTokens(),
            own.width(),
            own.tokenizer(),
            own.roles(),
            options);
    assertThatThrownBy(() -> catalogue().open(type(), wrong))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("no_such_option");
  }

  @Test
  public void extensions_areLowerCaseAndHaveMembers() {
    Set<String> extensions = open().extensions();
    assertThat(extensions).isNotEmpty().allMatch(name -> name.matches("[a-z0-9]+"));
    assertThat(members()).isNotEmpty().allMatch(m -> extensions.contains(m.extension()));
  }

  @Test
  public void goodMember_givesTokensOfItsSpec() throws BadSampleException {
    ModalityTokenizer tokenizer = open();
    for (StoredMember member : members()) {
      for (View view : VIEWS) {
        DecodedModality decoded = tokenizer.decode(member.bytes().clone(), member.extension());
        assertThat(decoded.storedCrops()).isNotNegative();
        checkFits(tokenizer.spec(), decoded.tokenize(view));
      }
    }
  }

  @Test
  public void equalBytes_giveEqualTokens() throws BadSampleException {
    ModalityTokenizer tokenizer = open();
    for (StoredMember member : members()) {
      byte[] before = member.bytes().clone();
      List<String> first = digests(tokenizer, member);
      assertThat(digests(open(), member)).isEqualTo(first);
      assertThat(member.bytes()).as("stored bytes").isEqualTo(before);
    }
  }

  @Test
  public void oneDecoded_givesTheSameTokensForTheSameView() throws BadSampleException {
    ModalityTokenizer tokenizer = open();
    for (StoredMember member : members()) {
      DecodedModality decoded = tokenizer.decode(member.bytes(), member.extension());
      String first = digest(decoded.tokenize(View.WHOLE));
      for (View view : VIEWS) {
        decoded.tokenize(view);
      }
      assertThat(digest(decoded.tokenize(View.WHOLE))).isEqualTo(first);
    }
  }

  @Test
  public void manyThreads_giveTheTokensOfOne() throws Exception {
    ModalityTokenizer tokenizer = open();
    List<StoredMember> members = members();
    List<List<String>> expected = new ArrayList<>();
    for (StoredMember member : members) {
      expected.add(digests(tokenizer, member));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<String>>> work = new ArrayList<>();
      for (int i = 0; i < 8 * members.size(); i++) {
        StoredMember member = members.get(i % members.size());
        work.add(() -> digests(tokenizer, member));
      }
      List<Future<List<String>>> results = threads.invokeAll(work);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i % members.size()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  public void emptyMember_isABadSample() {
    ModalityTokenizer tokenizer = open();
    for (String extension : tokenizer.extensions()) {
      assertThatThrownBy(() -> tokenizer.decode(new byte[0], extension).tokenize(View.WHOLE))
          .as("empty %s", extension)
          .isInstanceOf(BadSampleException.class)
          .message()
          .isNotBlank();
    }
  }

  @Test
  public void damagedMember_isABadSampleOrStillFits() {
    ModalityTokenizer tokenizer = open();
    Random random = new Random(7);
    for (StoredMember member : members()) {
      byte[] bytes = member.bytes();
      for (int quarter = 1; quarter < 4; quarter++) {
        tryDamaged(tokenizer, Arrays.copyOf(bytes, bytes.length * quarter / 4), member);
      }
      for (int i = 0; i < 60; i++) {
        byte[] damaged = bytes.clone();
        for (int flips = 0; flips <= i % 5; flips++) {
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        tryDamaged(tokenizer, damaged, member);
      }
      byte[] noise = new byte[64];
      random.nextBytes(noise);
      tryDamaged(tokenizer, noise, member);
    }
  }

  private static void tryDamaged(ModalityTokenizer tokenizer, byte[] bytes, StoredMember member) {
    try {
      checkFits(tokenizer.spec(), tokenizer.decode(bytes, member.extension()).tokenize(View.WHOLE));
    } catch (BadSampleException expected) {
      assertThat(expected.getMessage()).isNotBlank();
    } catch (RuntimeException e) {
      fail("damaged " + member.extension() + " must give a BadSampleException", e);
    }
  }

  @Test
  public void codec_leadsFromIdsToFramesOfItsGrid() throws BadSampleException {
    ModalityTokenizer tokenizer = open();
    Optional<TokenCodec> found = tokenizer.codec();
    if (found.isEmpty()) {
      return;
    }
    TokenCodec codec = found.get();
    int vocabulary = ((TokenSpace.Discrete) tokenizer.spec().space()).vocabularySize();
    assertThat(codec.vocabularySize()).isEqualTo(vocabulary);
    assertThat(codec.grid()).isEqualTo(tokenizer.spec().layout());
    for (StoredMember member : members()) {
      DecodedModality decoded = tokenizer.decode(member.bytes(), member.extension());
      int[] ids = ((IdGrid) decoded.tokenize(View.WHOLE)).ids();
      Planes frame = codec.decode(ids);
      assertThat(frame.channels()).isEqualTo(codec.channels());
      float[] certain = new float[ids.length * vocabulary];
      for (int place = 0; place < ids.length; place++) {
        certain[place * vocabulary + ids[place]] = 1;
      }
      assertThat(codec.decodeExpected(certain).values()).isEqualTo(frame.values());
      Optional<Planes> truth = decoded.planes(View.WHOLE);
      if (truth.isPresent()) {
        assertThat(codec.encode(truth.get())).isEqualTo(ids);
        assertThat(truth.get().height()).isEqualTo(frame.height());
        assertThat(codec.encode(decoded.content(View.WHOLE).orElseThrow())).isEqualTo(ids);
      }
    }
  }

  @Test
  public void text_comesBackFromIds() {
    open()
        .text()
        .ifPresent(
            text -> {
              int[] ids = text.encode("a");
              assertThat(ids).isNotEmpty();
              assertThat(text.encode(text.decode(ids))).isEqualTo(ids);
            });
  }

  /** Fails where tokens do not fit a spec. */
  protected static void checkFits(ModalitySpec spec, TokenizedModality tokens) {
    TokenLayout layout = spec.layout();
    if (layout instanceof TokenLayout.Grid) {
      assertThat(tokens.length()).as("tokens of a grid").isEqualTo(layout.places());
    } else {
      assertThat(tokens.length()).as("tokens").isBetween(0, layout.maxTokens());
    }
    if (spec.space() instanceof TokenSpace.Pixels space) {
      assertThat(tokens).isInstanceOf(PixelPatches.class);
      PixelPatches patches = (PixelPatches) tokens;
      assertThat(patches.width()).isEqualTo(space.width());
      assertThat(patches.values()).hasSize(layout.places() * space.width());
    } else if (spec.space() instanceof TokenSpace.ClassPatches space) {
      assertThat(tokens).isInstanceOf(PixelPatches.class);
      PixelPatches patches = (PixelPatches) tokens;
      assertThat(patches.width()).isEqualTo(space.width());
      assertThat(patches.values()).hasSize(layout.places() * space.width());
      for (byte value : patches.values()) {
        int id = value & 0xff;
        assertThat(id < space.classes() || id == TokenSpace.ClassPatches.NO_CLASS)
            .as("%s is a class, or none", id)
            .isTrue();
      }
    } else if (spec.space() instanceof TokenSpace.Continuous space) {
      assertThat(tokens).isInstanceOf(VectorTokens.class);
      VectorTokens vectors = (VectorTokens) tokens;
      assertThat(vectors.width()).isEqualTo(space.width());
      assertThat(vectors.values().length % space.width()).isZero();
      for (float value : vectors.values()) {
        assertThat(Float.isFinite(value)).as("%s is finite", value).isTrue();
      }
    } else {
      int vocabulary = ((TokenSpace.Discrete) spec.space()).vocabularySize();
      int[] ids;
      if (layout instanceof TokenLayout.Grid) {
        assertThat(tokens).isInstanceOf(IdGrid.class);
        ids = ((IdGrid) tokens).ids();
      } else {
        assertThat(tokens).isInstanceOf(IdSequence.class);
        IdSequence sequence = (IdSequence) tokens;
        ids = sequence.ids();
        boolean chunked = ((TokenLayout.Sequence) layout).unit() == TokenLayout.Unit.CHUNK;
        if (chunked) {
          assertThat(Arrays.stream(sequence.chunkLengths()).sum()).isEqualTo(ids.length);
        } else {
          assertThat(sequence.chunkLengths()).isEmpty();
        }
      }
      assertThat(Arrays.stream(ids).allMatch(id -> id >= 0 && id < vocabulary))
          .as("all ids lie in [0, %s)", vocabulary)
          .isTrue();
    }
  }

  private static List<String> digests(ModalityTokenizer tokenizer, StoredMember member)
      throws BadSampleException {
    List<String> digests = new ArrayList<>();
    for (View view : VIEWS) {
      digests.add(digest(tokenizer.decode(member.bytes(), member.extension()).tokenize(view)));
    }
    return digests;
  }

  private static String digest(TokenizedModality tokens) {
    if (tokens instanceof PixelPatches patches) {
      return "pixels " + Arrays.hashCode(patches.values());
    }
    if (tokens instanceof VectorTokens vectors) {
      return "vectors " + Arrays.hashCode(vectors.values());
    }
    if (tokens instanceof IdGrid grid) {
      return "grid " + Arrays.hashCode(grid.ids());
    }
    IdSequence sequence = (IdSequence) tokens;
    return "sequence " + Arrays.toString(sequence.ids()) + Arrays.toString(sequence.chunkLengths());
  }
}
