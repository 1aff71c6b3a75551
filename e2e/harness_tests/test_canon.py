"""Canonical lines hide what differs from run to run and nothing else."""

import unittest

from kaudit_e2e.canon import canonical, first_difference


class Canon(unittest.TestCase):
    def same(self, a, b):
        self.assertEqual(canonical(a), canonical(b))

    def differ(self, a, b):
        self.assertNotEqual(canonical(a), canonical(b))

    def test_times_ids_versions_and_ports_are_hidden(self):
        self.same('{"at":"2026-11-23T05:36:16.620855Z"}', '{"at":"2027-01-01T00:00:00.000000Z"}')
        self.same(
            '{"uid":"cd019aaa-2a7f-46ce-98d9-a3882d55d423"}', '{"uid":"00000000-2a7f-46ce-98d9-a3882d55d423"}'
        )
        self.same('{"resourceVersion":"4"}', '{"resourceVersion":"4711"}')
        self.same('{"a":"https://127.0.0.1:6443/"}', '{"a":"https://127.0.0.1:1/"}')
        self.same('{"uri":"/x?resourceVersion=4\\u0026a=b"}', '{"uri":"/x?resourceVersion=5\\u0026a=b"}')

    def test_generated_names_are_hidden_in_their_object_only(self):
        self.same('{"name":"g-abcde","generateName":"g-"}', '{"name":"g-fghij","generateName":"g-"}')
        self.differ('{"name":"g-abcde"}', '{"name":"g-fghij"}')

    def test_managed_fields_reasons_and_latencies_are_left_out(self):
        self.same('{"a":1,"managedFields":[{"x":[{}]}],"b":2}', '{"a":1,"b":2}')
        self.same('{"authorization.k8s.io/reason":"RBAC: x","z":""}', '{"z":""}')
        self.same('{"a":"","apiserver.latency.k8s.io/total":"1s"}', '{"a":""}')

    def test_everything_else_counts_to_the_byte(self):
        self.differ('{"a":1,"b":2}', '{"b":2,"a":1}')
        self.differ('{"a":"<"}', '{"a":"\\u003c"}')
        self.differ('{"n":1.0}', '{"n":1}')
        self.differ('{"n":1E5}', '{"n":100000}')
        self.differ('{"a":{}}', "{}")
        self.differ('{"a":null}', "{}")
        self.differ('{"uid":"u-1"}', '{"uid":"u-2"}')
        self.differ('{"a":"x","a":"y"}', '{"a":"y"}')
        self.differ(b'{"a":"\xff"}', b'{"a":"\\ufffd"}')

    def test_strings_may_hold_what_looks_like_syntax(self):
        self.assertEqual(canonical('{"a":"}],{\\"b\\":"}'), '{"a":"}],{\\"b\\":"}')

    def test_half_a_line_is_an_error(self):
        for line in ('{"a":1', '{"a":1}{"b":2}', '{"a"}', "{,}"):
            with self.assertRaises(ValueError, msg=line):
                canonical(line)

    def test_legacy_lines_keep_their_form(self):
        self.same('2026-11-23T05:36:16.62Z AUDIT: id="a"', '2027-11-23T05:36:16+01:00 AUDIT: id="a"')
        self.differ('2026-11-23T05:36:16.62Z AUDIT: id="a"', '2026-11-23T05:36:16.62Z AUDIT: id="b"')

    def test_the_first_difference_is_shown(self):
        self.assertIn("want …abX…", first_difference("abX", "abY"))


if __name__ == "__main__":
    unittest.main()
