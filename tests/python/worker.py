"""Lists the checks, or runs those of one file as their names come in on stdin, one JSON line of answer each."""

import importlib
import json
import pathlib
import sys
import traceback

HERE = pathlib.Path(__file__).parent


def modules():
    return sorted(path.stem.removeprefix("check_") for path in HERE.glob("check_*.py"))


def load(module):
    return importlib.import_module(f"check_{module}")


def list_checks():
    for module in modules():
        for check, (_, worlds) in load(module).checks.found.items():
            for world in worlds:
                name = check if world == worlds[0] else f"{check} over {world}"
                print(json.dumps({"module": module, "check": name, "world": world}))


def run(check):
    try:
        check()
    except Exception as error:  # whatever it is, it belongs to this check
        trace = traceback.extract_tb(error.__traceback__)
        places = [f"{pathlib.Path(f.filename).name}:{f.lineno} {f.line}" for f in trace if f.filename.startswith(str(HERE))]
        return "\n  ".join([f"{type(error).__name__}: {error}", *places])
    return None


def main():
    sys.path.insert(0, str(HERE))
    if sys.argv[1:] == ["--list"]:
        return list_checks()
    found = load(sys.argv[1]).checks.found
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        check, _ = found[line.strip().split(" over ")[0]]
        answers.write(json.dumps({"error": run(check)}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
