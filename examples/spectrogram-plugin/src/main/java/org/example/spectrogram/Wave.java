package org.example.spectrogram;

import dev.masquerade.modality.BadSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A sound as {@code .wav} files hold it, its channels mixed into one.
 *
 * @param rate samples per second
 * @param samples in [-1, 1)
 */
record Wave(int rate, float[] samples) {

  private static final int RIFF = 0x46464952;
  private static final int WAVE = 0x45564157;
  private static final int FORMAT = 0x20746d66;
  private static final int DATA = 0x61746164;

  /**
   * Reads 16-bit PCM.
   *
   * @throws BadSampleException if it is something else, damaged or cut short: never another
   *     exception, whatever the bytes
   */
  static Wave read(byte[] file) throws BadSampleException {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 12 || buffer.getInt(0) != RIFF || buffer.getInt(8) != WAVE) {
      throw new BadSampleException("not a wav file: it does not start with RIFF and WAVE");
    }
    int rate = 0;
    int channels = 0;
    int position = 12;
    while (position + 8 <= file.length) {
      int type = buffer.getInt(position);
      long length = buffer.getInt(position + 4) & 0xffffffffL;
      int start = position + 8;
      if (start + length > file.length) {
        throw new BadSampleException(
            "wav file ends after " + file.length + " of " + (start + length) + " bytes");
      }
      if (type == FORMAT && length >= 16) {
        channels = buffer.getShort(start + 2) & 0xffff;
        rate = buffer.getInt(start + 4);
        if (buffer.getShort(start) != 1 || buffer.getShort(start + 14) != 16 || channels == 0) {
          throw new BadSampleException("wav file is not 16-bit PCM");
        }
      } else if (type == DATA) {
        if (channels == 0) {
          throw new BadSampleException("wav file has sound before its format");
        }
        return new Wave(rate, mix(buffer, start, (int) length / 2 / channels, channels));
      }
      position = (int) Math.min(Integer.MAX_VALUE, start + length + (length & 1));
    }
    throw new BadSampleException("wav file holds no sound");
  }

  private static float[] mix(ByteBuffer buffer, int start, int count, int channels) {
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      int sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += buffer.getShort(start + 2 * (i * channels + channel));
      }
      samples[i] = sum / 32768f / channels;
    }
    return samples;
  }
}
