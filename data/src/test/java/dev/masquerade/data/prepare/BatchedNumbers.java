package dev.masquerade.data.prepare;

import dev.masquerade.data.pipeline.NumberModality;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The numbers of {@link NumberModality} by way of frames, of which several are encoded at once. */
final class BatchedNumbers implements ModalityTokenizer {

  private final NumberModality numbers;
  private final List<Integer> sizes = new ArrayList<>();

  BatchedNumbers(String name) {
    numbers = new NumberModality(name);
  }

  /** Returns how many frames came together, call by call. */
  List<Integer> sizes() {
    return sizes;
  }

  @Override
  public ModalitySpec spec() {
    return numbers.spec();
  }

  @Override
  public Set<String> extensions() {
    return numbers.extensions();
  }

  @Override
  public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
    DecodedModality decoded = numbers.decode(bytes, extension);
    return new DecodedModality() {
      @Override
      public Optional<FrameSize> frame() {
        return decoded.frame();
      }

      @Override
      public TokenizedModality tokenize(View view) {
        throw new IllegalStateException("frames were to be encoded together");
      }

      @Override
      public Optional<Planes> planes(View view) throws BadSampleException {
        int[] ids = ((TokenizedModality.IdGrid) decoded.tokenize(view)).ids();
        return Optional.of(new Planes(1, 1, 3, new float[] {ids[0], ids[1], ids[2]}));
      }
    };
  }

  @Override
  public Optional<TokenCodec> codec() {
    return Optional.of(new Codec());
  }

  private final class Codec implements TokenCodec {
    @Override
    public int vocabularySize() {
      return 1_000_000;
    }

    @Override
    public TokenLayout.Grid grid() {
      return new TokenLayout.Grid(1, 3);
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public int batchSize() {
      return 5;
    }

    @Override
    public int[] encode(Planes frame) {
      float[] values = frame.values();
      return new int[] {(int) values[0], (int) values[1], (int) values[2]};
    }

    @Override
    public List<int[]> encodeAll(List<Planes> frames) {
      sizes.add(frames.size());
      return TokenCodec.super.encodeAll(frames);
    }

    @Override
    public Planes decode(int[] ids) {
      return new Planes(1, 1, 3, new float[] {ids[0], ids[1], ids[2]});
    }

    @Override
    public Planes decodeExpected(float[] probabilities) {
      throw new UnsupportedOperationException("nothing is predicted here");
    }
  }
}
