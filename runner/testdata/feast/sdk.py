"""Feast's own SDK against runner serve: what a program that uses Feast gets when its online store is ours.

Run by make test-feast, which puts the SDK into a virtual environment: python sdk.py RUNNER, where RUNNER is the program. It loads and
materializes the project beside this file into a private database, exports it for Feast, serves it, and asks through the SDK.
"""
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

warnings.filterwarnings("ignore")
os.environ["FEAST_USAGE"] = "False"

import feast  # noqa: E402
import pandas as pd  # noqa: E402
from feast import FeatureStore  # noqa: E402

VERSION = tuple(int(n) for n in feast.__version__.split(".")[:2])
WHOLE = VERSION >= (0, 64)  # the client sends a request as it is; before, one for each view, with the first key column alone
TOKEN = "sesame"
RUNNER = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "runner"


def free():
    """The URL of a port that nobody uses."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{s.getsockname()[1]}"


class World:
    """A project in a folder of its own with its database, its server, and a client of Feast."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="runner-feast")
        os.chmod(self.home, 0o755)  # the embedded server runs as a user of its own where this is root
        self.project = os.path.join(self.home, "shop")
        shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "project"), self.project)
        ours = ("PG", "POSTGRES_", "DATABASE_URL", "RUNNER_")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(ours) or k == "RUNNER_PG_BIN"}
        self.env["RUNNER_DATA_HOME"] = os.path.join(self.home, "data")
        os.mkdir(self.env["RUNNER_DATA_HOME"], 0o755)
        self.url = free()
        self.servers = []

    def runner(self, *args):
        done = subprocess.run([RUNNER, *args], cwd=self.project, env=self.env, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"runner {' '.join(args)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        self.runner("apply", "monthly", "-p", "as_of=2024-01-31")
        self.runner("apply", "monthly", "-p", "as_of=2024-02-29")
        self.runner("materialize")
        self.runner("export", "feast", "--url", self.url)
        self.serve(self.url, {})
        self.repo = os.path.join(self.project, "feature_repo")
        applied = subprocess.run([sys.executable, "-m", "feast.cli.cli", "apply"], cwd=self.repo, capture_output=True, text=True, timeout=300)
        if applied.returncode != 0:
            raise AssertionError("feast apply\n" + applied.stdout + applied.stderr)
        self.store = FeatureStore(repo_path=self.repo)

    def serve(self, url, env, *flags, context=None):
        """A server at a URL, when it is ready."""
        log = os.path.join(self.home, f"serve-{len(self.servers)}.log")
        with open(log, "w", encoding="utf-8") as f:
            server = subprocess.Popen([RUNNER, "serve", "--addr", url.partition("//")[2], "--allow-write", *flags],
                                      cwd=self.project, env={**self.env, **env}, stdout=f, stderr=f)
        self.servers.append(server)
        for _ in range(600):
            if server.poll() is not None:
                break
            try:
                urllib.request.urlopen(url + "/health", timeout=5, context=context).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        with open(log, encoding="utf-8") as f:
            raise AssertionError("the server did not get ready\n" + f.read())

    def stop(self):
        for server in self.servers:
            if server.poll() is None:
                server.terminate()
                server.wait(60)
        subprocess.run([RUNNER, "db", "stop"], cwd=self.project, env=self.env, capture_output=True, timeout=120)
        shutil.rmtree(self.home, ignore_errors=True)


world = None


def setUpModule():
    global world
    world = World()
    try:
        world.start()
    except BaseException:
        world.stop()
        raise


def tearDownModule():
    world.stop()


def get(features, rows, **more):
    return world.store.get_online_features(features=features, entity_rows=rows, **more)


def ask(features, rows, **more):
    return get(features, rows, **more).to_dict()


def service(name):
    return world.store.get_feature_service(name)


class Reads(unittest.TestCase):
    maxDiff = None

    def test_values_of_every_type(self):
        names = ["months", "fee", "paperless", "plan", "since", "seen", "points", "ratio", "weight", "marks", "code"]
        got = ask([f"profile:{n}" for n in names], [{"id": "c1"}])
        self.assertEqual(got, {
            "id": ["c1"], "months": [1], "fee": [29.85], "paperless": [True], "plan": ["basic"], "since": [1704067200], "seen": [1709109000],
            "points": [9007199254740993], "ratio": [0.1], "weight": [29.85], "marks": [["a", "b c"]], "code": ["0b5d1b1e-7b1e-4d6e-9c35-0a2b8f3c1d11"],
        })
        self.assertIs(type(got["paperless"][0]), bool)

    def test_documents_are_texts(self):
        got = ask(["profile:facts"], [{"id": "c1"}, {"id": "Größe 3"}])
        self.assertEqual([v.replace(" ", "") for v in got["facts"]], ['{"a":[1,null]}', "[]"])

    def test_whole_numbers_of_a_numeric_stay_floats(self):
        got = ask(["profile:fee", "profile:ratio"], [{"id": "c2"}, {"id": "Größe 3"}])
        self.assertEqual(got["fee"], [100.0, 0.1])
        self.assertIs(type(got["fee"][0]), float)
        self.assertEqual(got["ratio"], [None, 1e300])

    def test_nulls_and_odd_texts(self):
        got = ask(["profile:plan", "profile:seen", "profile:points"], [{"id": "c2"}, {"id": "Größe 3"}])
        self.assertEqual(got, {"id": ["c2", "Größe 3"], "plan": [None, 'say "hi" \\ 🦊'], "seen": [None, -1], "points": [0, -5]})

    def test_rows_keep_their_order(self):
        keys = ["c2", "nobody", "c1", "c2", "Größe 3", "c1"]
        got = ask(["profile:months"], [{"id": k} for k in keys])
        self.assertEqual(got, {"id": keys, "months": [72, None, 1, 72, 0, 1]})

    def test_derived_features(self):
        got = ask(["profile:fee_per_month"], [{"id": "c1"}, {"id": "c2"}, {"id": "Größe 3"}, {"id": "nobody"}])
        self.assertEqual(got["fee_per_month"][0], 29.85)
        self.assertAlmostEqual(got["fee_per_month"][1], 100 / 72, places=12)
        self.assertEqual(got["fee_per_month"][2:], [None, None])

    def test_ttl(self):
        got = ask(["aged:fee", "aged:tariff", "aged:double_fee"], [{"id": "c1"}])
        self.assertEqual(got, {"id": ["c1"], "fee": [None], "tariff": [None], "double_fee": [None]})

    def test_full_feature_names(self):
        got = ask(["profile:fee", "aged:fee"], [{"id": "c1"}], full_feature_names=True)
        self.assertEqual(got, {"id": ["c1"], "profile__fee": [29.85], "aged__fee": [None]})

    def test_two_features_of_one_name(self):
        with self.assertRaises(Exception) as failed:
            ask(["profile:fee", "aged:fee"], [{"id": "c1"}])
        self.assertIn("fee", str(failed.exception))

    def test_several_views(self):
        got = ask(["profile:months", "rating:score", "rating:grade"], [{"id": "c1"}, {"id": "c2"}, {"id": "Größe 3"}])
        self.assertEqual(got, {"id": ["c1", "c2", "Größe 3"], "months": [1, 72, 0], "score": [0.75, None, None], "grade": ["good", None, None]})

    def test_service(self):
        got = ask(service("basic"), [{"id": "c1"}, {"id": "nobody"}])
        self.assertEqual(got, {"id": ["c1", "nobody"], "fee": [29.85, None], "months": [1, None], "fee_per_month": [29.85, None], "score": [0.75, None],
                               "grade": ["good", None], "tries": [3, None]})

    def test_service_with_full_names(self):
        got = ask(service("basic"), [{"id": "c1"}], full_feature_names=True)
        self.assertEqual(set(got), {"id", "profile__fee", "profile__months", "profile__fee_per_month", "rating__score", "rating__grade", "rating__tries"})
        self.assertEqual(got["profile__fee"], [29.85])

    def test_frame(self):
        frame = get(["profile:fee", "profile:months"], [{"id": "c1"}, {"id": "c2"}]).to_df()
        self.assertEqual(frame.sort_values("id")["fee"].tolist(), [29.85, 100.0])
        self.assertEqual(str(frame["fee"].dtype), "float64")

    def test_columns_of_keys(self):
        got = world.store.get_online_features(features=["profile:months"], entity_rows={"id": ["c2", "c1"]}).to_dict()
        self.assertEqual(got, {"id": ["c2", "c1"], "months": [72, 1]})

    def test_many_rows_at_once(self):
        keys = [f"n{i}" for i in range(900)] + ["c1"]
        got = ask(["profile:months", "rating:score"], [{"id": k} for k in keys])
        self.assertEqual(got["months"], [None] * 900 + [1])
        self.assertEqual(got["id"], keys)

    def test_too_many_rows_are_refused(self):
        with self.assertRaises(Exception) as failed:
            ask(["profile:months"], {"id": [f"n{i}" for i in range(10_001)]})
        self.assertIn("10001 rows", str(failed.exception))

    def test_many_threads(self):
        def one(i):
            keys = ["c1", "c2", "nobody"][i % 3:] + ["c1"]
            want = {"c1": 1, "c2": 72, "nobody": None}
            return ask(["profile:months"], [{"id": k} for k in keys])["months"] == [want[k] for k in keys]
        with ThreadPoolExecutor(12) as pool:
            self.assertTrue(all(pool.map(one, range(120))))

    def test_a_key_in_no_row(self):
        with self.assertRaises(Exception) as failed:
            ask(["profile:months"], [{"customer": "c1"}])
        self.assertIn("id", str(failed.exception))

    def test_unknown_names(self):
        for ref in ["gone:fee", "profile:gone"]:
            with self.assertRaises(Exception) as failed:
                ask([ref], [{"id": "c1"}])
            self.assertIn("gone", str(failed.exception))


class Composite(unittest.TestCase):
    """A key of two columns. Older clients send the first one only, and no server could answer them."""

    keys = [{"order_id": "1", "line": 11}, {"order_id": "11", "line": 1}, {"order_id": "11", "line": 2}, {"order_id": "1", "line": 1}]

    @unittest.skipUnless(WHOLE, "this client sends the first key column only")
    def test_values(self):
        got = ask(["line_facts:amount", "line_facts:gift"], self.keys)
        self.assertEqual(got, {"order_id": ["1", "11", "11", "1"], "line": [11, 1, 2, 1], "amount": [111.1, 222.0, None, None], "gift": [True, False, None, None]})

    @unittest.skipUnless(WHOLE, "this client sends the first key column only")
    def test_with_another_entity(self):
        got = ask(service("basket"), [dict(k, id=i) for k, i in zip(self.keys, ["c1", "c2", "c1", "nobody"])])
        self.assertEqual(got["amount"], [111.1, 222.0, None, None])
        self.assertEqual(got["fee"], [29.85, 100.0, 29.85, None])

    @unittest.skipUnless(WHOLE, "this client sends the first key column only")
    def test_keys_of_other_types(self):
        key = {"day": "2024-01-31", "fee": "1.1", "shop": "0B5D1B1E-7B1E-4D6E-9C35-0A2B8F3C1D11", "number": 2 ** 63 - 1}
        names = ["open", "length", "picture", "days"]
        got = ask([f"visit_facts:{n}" for n in names], [key])
        self.assertEqual([got[n][0] for n in names], [True, "1 day 02:00:00", "AP8=", [1706659200]])
        self.assertEqual([got["day"], got["number"]], [["2024-01-31"], [2 ** 63 - 1]])
        got = ask(["visit_facts:open"], [dict(key, fee=1.1), dict(key, fee=1.11), dict(key, number=None)])
        self.assertEqual(got["open"], [True, None, None])

    @unittest.skipIf(WHOLE, "this client sends all key columns")
    def test_is_refused(self):
        with self.assertRaises(Exception) as failed:
            ask(["line_facts:amount"], self.keys)
        self.assertIn("line", str(failed.exception))


@unittest.skipUnless(WHOLE, "this client takes statuses, inputs and prefixes from its own registry")
class Whole(unittest.TestCase):
    """What a client gets that sends a request as it is."""

    def statuses(self, response):
        names = list(response.proto.metadata.feature_names.val)
        from feast.protos.feast.serving.ServingService_pb2 import FieldStatus
        return {n: [FieldStatus.Name(s) for s in r.statuses] for n, r in zip(names, response.proto.results)}

    def test_statuses(self):
        got = self.statuses(get(["profile:plan", "aged:tariff"], [{"id": "c1"}, {"id": "c2"}, {"id": "nobody"}]))
        self.assertEqual(got, {"id": ["PRESENT"] * 3, "plan": ["PRESENT", "NULL_VALUE", "NOT_FOUND"],
                               "tariff": ["OUTSIDE_MAX_AGE", "OUTSIDE_MAX_AGE", "NOT_FOUND"]})

    def test_inputs_prefixes_and_derived_of_a_service(self):
        got = ask(service("offer"), [{"id": "c1", "offered": 9.85}, {"id": "c2", "offered": 0}])
        self.assertEqual(got, {"id": ["c1", "c2"], "offered": [9.85, 0.0], "fee": [29.85, 100.0], "aged_fee": [None, None], "aged_tariff": [None, None],
                               "aged_double_fee": [None, None], "saved": [20.0, 100.0]})

    def test_missing_input(self):
        with self.assertRaises(Exception) as failed:
            ask(service("offer"), [{"id": "c1"}])
        self.assertIn("offered", str(failed.exception))

    def test_order_is_that_of_the_request(self):
        got = ask(["profile:points", "profile:fee", "rating:grade", "profile:months"], [{"id": "c1"}])
        self.assertEqual(list(got), ["id", "points", "fee", "grade", "months"])


class Writes(unittest.TestCase):
    """What the SDK writes through the server."""

    now = datetime.now(timezone.utc).replace(microsecond=123456)

    def rating(self, key, **more):
        row = {"id": [key], "score": [0.5], "grade": ["fair"], "tries": [1], "event_timestamp": [self.now]}
        row.update({k: [v] for k, v in more.items()})
        return pd.DataFrame(row)

    def read(self, key):
        got = ask(["rating:score", "rating:grade", "rating:tries"], [{"id": key}])
        return [got[n][0] for n in ("score", "grade", "tries")]

    def test_push(self):
        world.store.push("rating", self.rating("p1", score=29.85))
        self.assertEqual(self.read("p1"), [29.85, "fair", 1])

    def test_write(self):
        world.store.write_to_online_store("rating", df=self.rating("w1", grade="Größe \"1\""))
        self.assertEqual(self.read("w1"), [0.5, 'Größe "1"', 1])

    def test_nulls(self):
        world.store.write_to_online_store("rating", df=self.rating("w2", score=None, grade=None))
        self.assertEqual(self.read("w2"), [None, None, 1])

    def test_older_never_overwrites(self):
        write = lambda **more: world.store.write_to_online_store("rating", df=self.rating("w3", **more))
        write(tries=2)
        write(tries=1, event_timestamp=self.now - timedelta(seconds=1))
        self.assertEqual(self.read("w3")[2], 2)
        write(tries=3, event_timestamp=self.now + timedelta(microseconds=1))
        self.assertEqual(self.read("w3")[2], 3)

    def test_many_rows(self):
        frame = pd.concat([self.rating(f"m{i}", tries=i) for i in range(500)])
        world.store.write_to_online_store("rating", df=frame)
        got = ask(["rating:tries"], [{"id": f"m{i}"} for i in range(500)])
        self.assertEqual(got["tries"], list(range(500)))

    def test_composite_key(self):
        frame = pd.DataFrame({"order_id": ["7", "77"], "line": [77, 7], "amount": [1.25, 2.5], "gift": [True, False], "event_timestamp": [self.now] * 2})
        world.store.write_to_online_store("line_facts", df=frame)
        if WHOLE:
            got = ask(["line_facts:amount"], [{"order_id": "7", "line": 77}, {"order_id": "77", "line": 7}])
            self.assertEqual(got["amount"], [1.25, 2.5])

    @unittest.skipUnless(VERSION >= (0, 66), "this client cannot write dates and timestamps")
    def test_every_type(self):
        row = {"months": 2 ** 31 - 1, "fee": 29.85, "paperless": True, "plan": "say \"hi\"\n", "since": pd.Timestamp("2024-01-31"),
               "seen": pd.Timestamp("2024-02-29T12:30:00Z"), "points": 2 ** 63 - 1, "ratio": 0.1, "weight": 1.5, "marks": ["a", "b,\"c\""],
               "facts": '{"a": [1.50, null]}', "code": "0b5d1b1e-7b1e-4d6e-9c35-0a2b8f3c1d11"}
        frame = pd.DataFrame({"id": ["t1"], **{k: [v] for k, v in row.items()}, "fee_per_month": [None], "event_timestamp": [self.now]})
        world.store.write_to_online_store("profile", df=frame)
        got = ask([f"profile:{n}" for n in row], [{"id": "t1"}])
        want = dict(row, since=1706659200, seen=1709209800)
        self.assertEqual({n: got[n][0] for n in row}, want)

    def test_bytes(self):
        key = {"day": "2024-02-01", "fee": "2.20", "shop": "0b5d1b1e-7b1e-4d6e-9c35-0a2b8f3c1d11", "number": 1}
        frame = pd.DataFrame({k: [v] for k, v in {**key, "open": False, "length": "2 days", "picture": "/wA=", "days": None, "event_timestamp": self.now}.items()})
        world.store.write_to_online_store("visit_facts", df=frame)
        if WHOLE:
            got = ask([f"visit_facts:{n}" for n in ["open", "length", "picture", "days"]], [key])
            self.assertEqual([got[n][0] for n in ["open", "length", "picture", "days"]], [False, "2 days", "/wA=", None])

    def test_derived_features_are_computed_and_not_written(self):
        frame = pd.DataFrame({"id": ["a1"], "fee": [1.5], "tariff": ["new"], "double_fee": [None], "event_timestamp": [self.now]})
        world.store.write_to_online_store("aged", df=frame)
        self.assertEqual(ask(["aged:fee", "aged:tariff", "aged:double_fee"], [{"id": "a1"}]), {"id": ["a1"], "fee": [1.5], "tariff": ["new"], "double_fee": [3.0]})

    def test_refused(self):
        with self.assertRaises(Exception) as failed:
            world.store.write_to_online_store("rating", df=self.rating("w4", tries=2 ** 31))
        self.assertTrue(str(failed.exception))
        self.assertEqual(self.read("w4"), [None, None, None])


@unittest.skipUnless(VERSION >= (0, 66), "this client reads the source itself to materialize")
class Materialize(unittest.TestCase):
    """materialize of a client is done by the server."""

    def test_window(self):
        start, end = datetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2024, 2, 15, tzinfo=timezone.utc)
        world.store.materialize(start, end, feature_views=["profile"])
        self.assertEqual(ask(["profile:fee"], [{"id": "c1"}])["fee"], [29.85])  # January never overwrites February

    def test_incremental(self):
        world.store.materialize_incremental(datetime.now(timezone.utc), feature_views=["line_facts"])
        self.assertEqual(ask(["line_facts:amount"], [{"order_id": "1", "line": 11}])["amount"], [111.1])

    def test_unknown_view(self):
        with self.assertRaises(Exception) as failed:
            world.store.materialize_incremental(datetime.now(timezone.utc), feature_views=["gone"])
        self.assertIn("gone", str(failed.exception))


def store_of(url, more_online="", more=""):
    """A client of another server than that of the world."""
    with open(os.path.join(world.repo, "feature_store.yaml"), encoding="utf-8") as f:
        text = f.read().replace(f'"{world.url}"', f'"{url}"' + more_online)
    with open(os.path.join(world.repo, "other.yaml"), "w", encoding="utf-8") as f:
        f.write(text + more + "\n")
    return FeatureStore(repo_path=world.repo, fs_yaml_file=Path(f.name))


class Guarded(unittest.TestCase):
    """A server that asks for a token, or speaks HTTPS."""

    def months(self, store):
        return store.get_online_features(features=["profile:months"], entity_rows=[{"id": "c1"}]).to_dict()

    def test_token(self):
        url = free()
        world.serve(url, {"RUNNER_TOKEN": TOKEN})
        # Before 0.62 the one way to a token of the environment was that of clients in a Kubernetes cluster.
        auth = "oidc\n  token_env_var: RUNNER_TOKEN" if VERSION >= (0, 62) else "kubernetes"
        os.environ["RUNNER_TOKEN"] = os.environ["LOCAL_K8S_TOKEN"] = TOKEN
        self.assertEqual(self.months(store_of(url, more="auth:\n  type: " + auth)), {"id": ["c1"], "months": [1]})
        with self.assertRaises(Exception) as failed:
            self.months(store_of(url))
        self.assertIn("token", str(failed.exception))

    @unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make a certificate with")
    def test_https(self):
        url, cert, key = free().replace("http:", "https:"), os.path.join(world.home, "server.crt"), os.path.join(world.home, "server.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
        world.serve(url, {}, "--tls-cert", cert, "--tls-key", key, context=ssl.create_default_context(cafile=cert))
        self.assertEqual(self.months(store_of(url, f'\n  cert: "{cert}"')), {"id": ["c1"], "months": [1]})
        with self.assertRaises(Exception) as failed:
            self.months(store_of(url))
        self.assertIn("certificate", str(failed.exception).lower())


if __name__ == "__main__":
    print(f"Feast {feast.__version__}")
    unittest.main(verbosity=2)
