package dev.masquerade.data.pipeline;

import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.data.shard.RawMember;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.EmptyContentException;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One sample, decoded: what is looked at and masked anew at every use. Used by one thread. */
public final class DecodedSample {

  private static final FrameSize NO_EXTENT = new FrameSize(1, 1);

  private final String shard;
  private final String key;
  private final List<String> names;
  private final List<@Nullable RawMember> members;
  private final List<@Nullable DecodedModality> modalities;
  private final SampleFrame frame;
  private final EmptyContents empty;

  DecodedSample(
      String shard,
      String key,
      List<String> names,
      List<@Nullable RawMember> members,
      List<@Nullable DecodedModality> modalities,
      List<View> storedViews,
      EmptyContents empty) {
    this.shard = shard;
    this.key = key;
    this.names = names;
    this.members = members;
    this.modalities = modalities;
    this.frame = frame(modalities, storedViews);
    this.empty = empty;
  }

  private static SampleFrame frame(
      List<@Nullable DecodedModality> modalities, List<View> storedViews) {
    FrameSize size = NO_EXTENT;
    int crops = 0;
    for (DecodedModality modality : modalities) {
      if (modality != null) {
        if (size == NO_EXTENT && modality.frame().isPresent()) {
          size = modality.frame().get();
        }
        int stored = modality.storedCrops();
        if (stored > 0) {
          crops = crops == 0 ? stored : Math.min(crops, stored);
        }
      }
    }
    return new SampleFrame(size, crops, storedViews);
  }

  /** Returns the key of the sample. */
  public String key() {
    return key;
  }

  /** Returns what messages call its shard. */
  public String shard() {
    return shard;
  }

  /** Returns what can be looked at: the picture of the first modality that has one. */
  public SampleFrame frame() {
    return frame;
  }

  /** Returns a modality by its place in the run; empty where the sample lacks it. */
  public Optional<DecodedModality> modality(int place) {
    return Optional.ofNullable(modalities.get(place));
  }

  /** Returns the stored bytes of a modality by its place in the run. */
  public Optional<RawMember> member(int place) {
    return Optional.ofNullable(members.get(place));
  }

  /**
   * Tokenises every modality, in run order.
   *
   * @param view what part of the sample to take
   * @return null where the sample lacks a modality, or has nothing of it in the view
   * @throws UnusableSampleException if nothing is left, if some content does not fit its spec, or
   *     ids that were computed ahead would stand beside pictures of another part of the sample
   */
  public List<@Nullable TokenizedModality> tokenize(View view) throws UnusableSampleException {
    List<@Nullable TokenizedModality> tokens = new ArrayList<>(modalities.size());
    for (int place = 0; place < modalities.size(); place++) {
      tokens.add(tokenize(place, view).orElse(null));
    }
    if (tokens.stream().allMatch(Objects::isNull)) {
      throw new UnusableSampleException(
          new BadSample(shard, key, "", "all that it has of the modalities is empty"));
    }
    return tokens;
  }

  /**
   * Tokenises one modality.
   *
   * @param place of the modality in the run
   * @param view what part of the sample to take
   * @return empty where the sample lacks the modality, or has nothing of it in the view
   * @throws UnusableSampleException as {@link #tokenize(View)} does
   */
  public Optional<TokenizedModality> tokenize(int place, View view) throws UnusableSampleException {
    return taken(place, view, modality -> Optional.of(modality.tokenize(view)));
  }

  /**
   * Returns what a view shows of one modality as numbers, for a tokenizer that takes many frames at
   * a time.
   *
   * @param place of the modality in the run
   * @param view what part of the sample to take
   * @return empty where the sample lacks the modality, has nothing of it in the view, or only ids
   * @throws UnusableSampleException as {@link #tokenize(View)} does
   */
  public Optional<Planes> content(int place, View view) throws UnusableSampleException {
    return taken(place, view, modality -> modality.content(view));
  }

  /** Takes something out of a modality. */
  @FunctionalInterface
  private interface Taking<T> {
    Optional<T> from(DecodedModality modality) throws BadSampleException;
  }

  private <T> Optional<T> taken(int place, View view, Taking<T> taking)
      throws UnusableSampleException {
    refuseAnotherPart(view);
    DecodedModality modality = modalities.get(place);
    if (modality == null) {
      return Optional.empty();
    }
    try {
      return taking.from(modality);
    } catch (EmptyContentException e) {
      empty.note(shard, key, names.get(place), e);
      return Optional.empty();
    } catch (BadSampleException e) {
      throw new UnusableSampleException(
          new BadSample(shard, key, names.get(place), String.valueOf(e.getMessage())), e);
    }
  }

  private void refuseAnotherPart(View view) throws UnusableSampleException {
    boolean pictures = frame.size() != NO_EXTENT;
    if (!pictures || frame.storedCrops() == 0 || view.cropIndex() >= frame.storedViews().size()) {
      return;
    }
    View stored = frame.storedViews().get(view.cropIndex());
    // Crops lie on whole pixels, of which two pictures of one sample may have different numbers.
    double slack = 2.0 / Math.min(frame.size().height(), frame.size().width());
    boolean same =
        view.flipped() == stored.flipped()
            && Math.abs(view.top() - stored.top()) <= slack
            && Math.abs(view.left() - stored.left()) <= slack
            && Math.abs(view.height() - stored.height()) <= slack
            && Math.abs(view.width() - stored.width()) <= slack;
    if (!same) {
      throw new UnusableSampleException(
          new BadSample(
              shard,
              key,
              "",
              "its tokens were computed for other crops than the run looks at, so they would not"
                  + " match its pictures. Set the augmentation's crop to CROP_PRETOKENISED"));
    }
  }
}
