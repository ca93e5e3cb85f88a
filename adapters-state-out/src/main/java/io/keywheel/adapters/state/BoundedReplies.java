package io.keywheel.adapters.state;

import java.io.InputStream;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/// Replies in which no value is larger than this gateway writes, and which hold no more in all than it can. Jedis
/// reserves the memory for a value before it comes, and any writer of the store could make that half a gigabyte. What
/// is larger is skipped and reads as empty.
final class BoundedReplies extends RedisInputStream {

    /// Of a value, in bytes.
    static final int LARGEST_VALUE = 16 * 1024;

    /// Of an array. The largest that is asked for is the entries of a stream.
    static final int MOST_ELEMENTS = 1024;

    /// Of the values of a reply, in bytes: an entry may have many fields, and a reply many entries.
    static final int LARGEST_REPLY = 32 * 1024 * 1024;

    /// The ids of entries are no larger. They are always read: a gateway that lacks one reads the same page forever.
    private static final int SMALL = 128;

    private byte type;
    private long taken;

    BoundedReplies(InputStream in) {
        super(in);
    }

    /// What follows is another reply.
    void begin() {
        taken = 0;
    }

    @Override
    public byte readByte() {
        type = super.readByte();
        return type;
    }

    /// The length of a value or an array, which Jedis asks for after its type.
    @Override
    public int readIntCrLf() {
        boolean isValue = type == '$';
        int length = super.readIntCrLf();
        if (isValue && length > 0) {
            if (length > LARGEST_VALUE || (length > SMALL && taken + length > LARGEST_REPLY)) {
                skipBytes(length);
                return 0;
            }
            taken += length;
        }
        if (!isValue && length > MOST_ELEMENTS) {
            for (int i = 0; i < length; i++) {
                skipValue();
            }
            return 0;
        }
        return length;
    }

    /// An element of an array of texts or numbers, as the fields of an entry are.
    private void skipValue() {
        switch (super.readByte()) {
            case '$' -> {
                int length = super.readIntCrLf();
                if (length >= 0) {
                    skipBytes(length + 2L);
                }
            }
            case ':', '+', '-' -> super.readLineBytes();
            default -> throw new JedisConnectionException("the store answers in a way that is not understood");
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
