package dev.masquerade.data.prepare;

import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.pipeline.DecodedSample;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.StoredCrops;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Writes the tokens of one shard's samples. */
final class TokenShardWriter {

  private final List<TokenSource> sources;
  private final List<String> members;
  private final SampleReader reader;
  private final TokenShardSettings settings;
  private final SampleStreams streams;
  private final BadSamples bad;
  private final Runnable progress;
  private final int batch;

  /**
   * Prepares to write.
   *
   * @param members what stands between key and extension of each of the sources' members
   */
  TokenShardWriter(
      List<TokenSource> sources,
      List<String> members,
      SampleReader reader,
      TokenShardSettings settings,
      BadSamples bad,
      Runnable progress) {
    this.sources = sources;
    this.members = members;
    this.reader = reader;
    this.settings = settings;
    this.streams = new SampleStreams(settings.seed());
    this.bad = bad;
    this.progress = progress;
    this.batch =
        sources.stream()
            .flatMap(source -> source.tokenizer().codec().stream())
            .mapToInt(TokenCodec::batchSize)
            .reduce(1, Math::max);
  }

  /**
   * A sample that waits for its ids.
   *
   * @param views what is looked at
   * @param frames of each modality, in order, a frame per view; empty where there are none
   * @param ids (views, L) ids of each modality, in order; null where they are not found yet
   */
  private record Waiting(
      DecodedSample sample,
      List<View> views,
      List<List<Planes>> frames,
      List<int @Nullable []> ids) {}

  /**
   * Writes a tar with the tokens of one shard.
   *
   * @param stop asked between samples; where it says yes nothing is left behind
   */
  void write(Path file, int shardIndex, ShardDeclaration shard, BooleanSupplier stop)
      throws IOException {
    try (TarShardWriter tar = TarShardWriter.create(file)) {
      List<Waiting> waiting = new ArrayList<>();
      int frames = 0;
      for (int ordinal = 0; ordinal < shard.sampleCount(); ordinal++) {
        if (stop.getAsBoolean()) {
          return;
        }
        try {
          Waiting next = look(reader.read(shardIndex, ordinal));
          waiting.add(next);
          frames += next.frames().stream().mapToInt(List::size).max().orElse(0);
        } catch (UnusableSampleException e) {
          bad.count(e.sample());
        }
        progress.run();
        if (frames >= batch || waiting.size() >= batch) {
          finish(waiting, tar);
          frames = 0;
        }
      }
      finish(waiting, tar);
      tar.finish();
    }
  }

  /** Takes frames where many are tokenised at a time, and ids where they are not. */
  private Waiting look(DecodedSample sample) throws UnusableSampleException {
    List<View> views = views(sample);
    List<List<Planes>> frames = new ArrayList<>();
    List<int @Nullable []> ids = new ArrayList<>();
    boolean something = false;
    for (int place = 0; place < sources.size(); place++) {
      List<Planes> planes = codec(place).isPresent() ? planes(sample, place, views) : List.of();
      int[] found = planes.isEmpty() ? ids(sample, place, views) : null;
      frames.add(planes);
      ids.add(found);
      something |= found != null || !planes.isEmpty();
    }
    if (!something) {
      throw new UnusableSampleException(
          new BadSample(
              sample.shard(), sample.key(), "", "all that it has of the modalities is empty"));
    }
    return new Waiting(sample, views, frames, ids);
  }

  /** Returns the codec of a modality that takes many frames at a time. */
  private Optional<TokenCodec> codec(int place) {
    return sources.get(place).tokenizer().codec().filter(codec -> codec.batchSize() > 1);
  }

  private static List<Planes> planes(DecodedSample sample, int place, List<View> views)
      throws UnusableSampleException {
    List<Planes> frames = new ArrayList<>();
    for (View view : views) {
      Optional<Planes> planes = sample.content(place, view);
      if (planes.isEmpty()) {
        return List.of();
      }
      frames.add(planes.get());
    }
    return frames;
  }

  private int @Nullable [] ids(DecodedSample sample, int place, List<View> views)
      throws UnusableSampleException {
    int length = length(place);
    int[] all = new int[views.size() * length];
    for (int crop = 0; crop < views.size(); crop++) {
      Optional<TokenizedModality> tokens = sample.tokenize(place, views.get(crop));
      if (tokens.isEmpty() && crop == 0) {
        return null;
      }
      if (!(tokens.orElse(null) instanceof TokenizedModality.IdGrid grid)
          || grid.length() != length) {
        throw new UnusableSampleException(
            new BadSample(
                sample.shard(),
                sample.key(),
                members.get(place),
                "it did not become a grid of " + length + " ids"));
      }
      System.arraycopy(grid.ids(), 0, all, crop * length, length);
    }
    return all;
  }

  private int length(int place) {
    return sources.get(place).tokenizer().spec().layout().places();
  }

  /** Finds the ids of all frames that wait, and writes the samples. */
  private void finish(List<Waiting> waiting, TarShardWriter tar) throws IOException {
    for (int place = 0; place < sources.size(); place++) {
      Optional<TokenCodec> codec = codec(place);
      if (codec.isPresent()) {
        encode(waiting, place, codec.get());
      }
    }
    for (Waiting sample : waiting) {
      tar.add(sample.sample().key(), contents(sample));
    }
    waiting.clear();
  }

  private void encode(List<Waiting> waiting, int place, TokenCodec codec) {
    List<Planes> frames = new ArrayList<>();
    waiting.forEach(sample -> frames.addAll(sample.frames().get(place)));
    Iterator<int[]> found = codec.encodeAll(frames).iterator();
    int length = length(place);
    for (Waiting sample : waiting) {
      int views = sample.frames().get(place).size();
      if (views > 0) {
        int[] all = new int[views * length];
        for (int view = 0; view < views; view++) {
          System.arraycopy(found.next(), 0, all, view * length, length);
        }
        sample.ids().set(place, all);
      }
    }
  }

  private Map<String, byte[]> contents(Waiting sample) {
    Map<String, byte[]> contents = new HashMap<>();
    for (int place = 0; place < sources.size(); place++) {
      int[] ids = sample.ids().get(place);
      if (ids != null) {
        contents.put(
            members.get(place) + ".npy", NpyArray.write(ids, sample.views().size(), length(place)));
      }
    }
    SampleFrame frame = sample.sample().frame();
    // Other tokens of the sample have brought them along; what has no extent is not cropped.
    if (frame.storedViews().isEmpty() && isPicture(frame)) {
      contents.put(StoredCrops.MEMBER, StoredCrops.write(sample.views(), frame.size()));
    }
    return contents;
  }

  private static boolean isPicture(SampleFrame frame) {
    return frame.size().height() > 1 || frame.size().width() > 1;
  }

  /** Crops that other tokens of the sample were computed for are used again. */
  private List<View> views(DecodedSample sample) {
    SampleFrame frame = sample.frame();
    if (!frame.storedViews().isEmpty()) {
      if (frame.storedViews().size() != settings.crops()) {
        throw new ConfigurationException(
            List.of(
                sample.shard()
                    + ": already has tokens of "
                    + frame.storedViews().size()
                    + " crops, and new ones must be of the same. Ask for as many crops, or start"
                    + " from the manifest without those tokens."));
      }
      return frame.storedViews();
    }
    List<View> views = new ArrayList<>();
    int stored = frame.storedCrops();
    if (stored > 0 && (stored != settings.crops() || stored > 1 && isPicture(frame))) {
      throw new ConfigurationException(
          List.of(
              sample.shard()
                  + ": has features or ids of "
                  + stored
                  + (stored == 1 ? " crop" : " crops")
                  + ", which cannot be cropped any more, and nothing says where in the picture"
                  + " they lie. Ask for --crops "
                  + stored
                  + (isPicture(frame) ? ", and tokenise pictures apart from them." : ".")));
    }
    if (stored > 0 && !isPicture(frame)) {
      for (int crop = 0; crop < stored; crop++) {
        views.add(new View(0, 0, 1, 1, false, crop));
      }
      return views;
    }
    views.add(CentreCrop.of(frame.size()));
    for (int crop = 1; crop < settings.crops(); crop++) {
      views.add(settings.cropping().view(frame, streams.stream(crop, sample.key(), Purpose.VIEW)));
    }
    return views;
  }
}
