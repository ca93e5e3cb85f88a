package io.keywheel.adapters.http.hpack;

import io.keywheel.adapters.http.hpack.FieldDecoder.BrokenException;
import io.keywheel.adapters.http.hpack.FieldDecoder.Field;
import java.util.ArrayList;
import java.util.List;

/// The fields that are spoken of by number: those that everybody knows, then those that were named last.
final class FieldTable {

    /// RFC 7541, appendix A.
    private static final List<Field> KNOWN = """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate
            """.lines().map(FieldTable::known).toList();

    /// The last one first.
    private final List<Field> named = new ArrayList<>();

    private final int mostEver;
    private int most;
    private int size;

    FieldTable(int most) {
        this.mostEver = most;
        this.most = most;
    }

    private static Field known(String line) {
        int blank = line.indexOf(' ');
        return blank < 0 ? new Field(line, "") : new Field(line.substring(0, blank), line.substring(blank + 1));
    }

    Field get(int number) {
        if (number < 1 || number > KNOWN.size() + named.size()) {
            throw new BrokenException();
        }
        return number <= KNOWN.size() ? KNOWN.get(number - 1) : named.get(number - KNOWN.size() - 1);
    }

    /// A field that is too large for the table empties it.
    void add(Field field) {
        shrinkTo(most - field.size());
        if (field.size() <= most) {
            named.addFirst(field);
            size += field.size();
        }
    }

    void resize(int bytes) {
        if (bytes > mostEver) {
            throw new BrokenException();
        }
        most = bytes;
        shrinkTo(bytes);
    }

    private void shrinkTo(int bytes) {
        while (size > bytes && !named.isEmpty()) {
            size -= named.removeLast().size();
        }
    }
}
