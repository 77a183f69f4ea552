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
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Writes the tokens of one shard's samples. */
final class TokenShardWriter {

  private final List<TokenSource> sources;
  private final SampleReader reader;
  private final TokenShardSettings settings;
  private final SampleStreams streams;
  private final BadSamples bad;
  private final Runnable progress;

  TokenShardWriter(
      List<TokenSource> sources,
      SampleReader reader,
      TokenShardSettings settings,
      BadSamples bad,
      Runnable progress) {
    this.sources = sources;
    this.reader = reader;
    this.settings = settings;
    this.streams = new SampleStreams(settings.seed());
    this.bad = bad;
    this.progress = progress;
  }

  /**
   * Writes a tar with the tokens of one shard.
   *
   * @param stop asked between samples; where it says yes nothing is left behind
   */
  void write(Path file, int shardIndex, ShardDeclaration shard, BooleanSupplier stop)
      throws IOException {
    try (TarShardWriter tar = TarShardWriter.create(file)) {
      for (int ordinal = 0; ordinal < shard.sampleCount(); ordinal++) {
        if (stop.getAsBoolean()) {
          return;
        }
        try {
          DecodedSample sample = reader.read(shardIndex, ordinal);
          tar.add(sample.key(), tokens(sample));
        } catch (UnusableSampleException e) {
          bad.count(e.sample());
        }
        progress.run();
      }
      tar.finish();
    }
  }

  private Map<String, byte[]> tokens(DecodedSample sample) throws UnusableSampleException {
    List<View> views = views(sample);
    List<List<@Nullable TokenizedModality>> crops = new ArrayList<>();
    for (View view : views) {
      crops.add(sample.tokenize(view));
    }
    Map<String, byte[]> members = new HashMap<>();
    for (int place = 0; place < sources.size(); place++) {
      if (crops.get(0).get(place) == null) {
        continue;
      }
      TokenLayout layout = sources.get(place).tokenizer().spec().layout();
      int length = layout.places();
      int[] all = new int[views.size() * length];
      for (int crop = 0; crop < views.size(); crop++) {
        TokenizedModality tokens = crops.get(crop).get(place);
        if (!(tokens instanceof TokenizedModality.IdGrid grid) || grid.length() != length) {
          throw new UnusableSampleException(
              new BadSample(
                  sample.shard(),
                  sample.key(),
                  sources.get(place).member(),
                  "it did not become a grid of " + length + " ids"));
        }
        System.arraycopy(grid.ids(), 0, all, crop * length, length);
      }
      members.put(sources.get(place).member() + ".npy", NpyArray.write(all, views.size(), length));
    }
    members.put(StoredCrops.MEMBER, StoredCrops.write(views, sample.frame().size()));
    return members;
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
    views.add(CentreCrop.of(frame.size()));
    for (int crop = 1; crop < settings.crops(); crop++) {
      views.add(settings.cropping().view(frame, streams.stream(crop, sample.key(), Purpose.VIEW)));
    }
    return views;
  }
}
