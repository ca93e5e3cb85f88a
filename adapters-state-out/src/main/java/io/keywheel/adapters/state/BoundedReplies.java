package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/// Bounds the memory that replies use. Jedis allocates a value's memory before the value arrives, and any
/// writer of the store could make that half a gigabyte. Values beyond the limits, which the gateway never
/// writes, are skipped and read as empty. Too many elements or too long a line end the connection.
final class BoundedReplies extends RedisInputStream {

    /// The limit of a value, in bytes.
    static final int LARGEST_VALUE = 16 * 1024;

    /// The limit of an entry's fields and values together. Gateways write eight.
    static final int MOST_FIELDS = 32;

    /// The limit of all values in replies that are awaited together, in bytes: an entry may have many fields, and a
    /// reply many entries.
    static final int LARGEST_REPLIES = 32 * 1024 * 1024;

    /// The limit of all elements in such replies. Jedis allocates an array's memory before its elements arrive,
    /// and this many use 24 to 100 MB. A page has 256 entries of eleven elements for each stream, and a provider
    /// has two streams: over 170 providers may have full pages.
    static final int MOST_ELEMENTS = 1_000_000;

    /// Values up to this size are always read, among them entry ids: without one, the same page is read forever.
    private static final int SMALL = 128;

    private static final String NOT_UNDERSTOOD = "it does not answer as Redis or Valkey does";

    private byte type;
    private long taken;
    private long elements;

    BoundedReplies(InputStream in) {
        super(in);
    }

    /// Resets the counts before the next replies that are awaited together.
    void begin() {
        taken = 0;
        elements = 0;
    }

    @Override
    public byte readByte() {
        type = super.readByte();
        return type;
    }

    /// The length of a value or an array. Jedis reads it after the type.
    @Override
    public int readIntCrLf() {
        boolean isValue = type == '$';
        int length = super.readIntCrLf();
        if (isValue && length > 0) {
            if (length > LARGEST_VALUE || (length > SMALL && taken + length > LARGEST_REPLIES)) {
                skipBytes(length);
                return 0;
            }
            taken += length;
        }
        // An array of entries begins with an array.
        if (!isValue && length > MOST_FIELDS && peek((byte) '$')) {
            for (int i = 0; i < length; i++) {
                skipValue();
            }
            return 0;
        }
        if (!isValue) {
            elements += Math.max(length, 0);
            if (elements > MOST_ELEMENTS) {
                throw new JedisConnectionException(NOT_UNDERSTOOD);
            }
        }
        return length;
    }

    @Override
    public String readLine() {
        return new String(readLineBytes(), UTF_8);
    }

    /// A status or an error. What listens instead of a store may send a line without end.
    @Override
    public byte[] readLineBytes() {
        var line = new ByteArrayOutputStream();
        for (byte next = super.readByte(); next != '\r'; next = super.readByte()) {
            taken++;
            if (line.size() == LARGEST_VALUE || taken > LARGEST_REPLIES) {
                throw new JedisConnectionException(NOT_UNDERSTOOD);
            }
            line.write(next);
        }
        super.readByte();
        return line.toByteArray();
    }

    /// Skips an array's element, which is a text or a number, as the fields of an entry are.
    private void skipValue() {
        switch (super.readByte()) {
            case '$' -> {
                int length = super.readIntCrLf();
                if (length >= 0) {
                    skipBytes(length + 2L);
                }
            }
            case ':', '+', '-' -> readLineBytes();
            default -> throw new JedisConnectionException(NOT_UNDERSTOOD);
        }
    }

    private void skipBytes(long count) {
        var passed = new byte[LARGEST_VALUE];
        for (long left = count; left > 0; ) {
            int read = read(passed, 0, (int) Math.min(left, passed.length));
            if (read < 0) {
                throw new JedisConnectionException("the store closed the connection");
            }
            left -= read;
        }
    }
}
