package awselb

import (
	"encoding/base64"
	"strconv"
)

const maxPageSize = 400 // of the API

// page cuts the part of items that a marker and a page size ask for, and returns the marker of the rest.
func page[T any](items []T, marker string, size *int32, usual int) (part []T, next string, err error) {
	start, err := readMarker(marker, len(items))
	if err != nil {
		return nil, "", err
	}
	length := usual
	if size != nil {
		length = int(*size)
	}
	if length < 1 || length > maxPageSize {
		return nil, "", invalidf("Page size must be between 1 and %d", maxPageSize)
	}
	end := min(start+length, len(items))
	if end < len(items) {
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	return items[start:end], next, nil
}

func readMarker(marker string, length int) (int, error) {
	if marker == "" {
		return 0, nil
	}
	raw, err := base64.StdEncoding.DecodeString(marker)
	if err != nil {
		return 0, invalidf("Marker is not valid")
	}
	start, err := strconv.Atoi(string(raw))
	if err != nil || start < 0 || start > length {
		return 0, invalidf("Marker is not valid")
	}
	return start, nil
}

// find returns the named items of an index, or the error that one of them does not exist.
func find[T any](x *index[T], arns []string, missing *APIError) ([]*T, error) {
	found := make([]*T, 0, len(arns))
	for _, arn := range arns {
		item := x.get(arn)
		if item == nil {
			return nil, missing
		}
		found = append(found, item)
	}
	return found, nil
}
