package dev.masquerade.data.shard;

/**
 * The stored bytes of one modality of one sample, handed over to the caller.
 *
 * @param name of the member within its file, for messages
 * @param extension lower case, without a dot
 * @param bytes the whole member
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record RawMember(String name, String extension, byte[] bytes) {}
