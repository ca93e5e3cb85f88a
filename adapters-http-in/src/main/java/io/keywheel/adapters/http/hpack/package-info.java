/// How HTTP/2 packs the fields of a head, after RFC 7541.
@NullMarked
package io.keywheel.adapters.http.hpack;

import org.jspecify.annotations.NullMarked;
